"""Reads the plain values of a case, whose shape was checked when it was loaded."""

from __future__ import annotations

from typing import Any, cast

__all__ = ["mapping", "sequence", "texts"]


def mapping(value: object) -> dict[str, Any]:
    """Return a mapping, empty where there is none."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def sequence(value: object) -> list[Any]:
    """Return a list, empty where there is none."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """Return the texts of a value or of a list of values; booleans as JSON writes them, null left out."""
    values = cast("list[object]", value) if isinstance(value, list) else [value]
    return [str(each).lower() if isinstance(each, bool) else str(each) for each in values if each is not None]
