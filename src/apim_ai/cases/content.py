"""Reads the plain values of a case, whose shape was checked when it was loaded."""

from __future__ import annotations

import json
from typing import Any, Final, cast

__all__ = ["NO_JSON", "mapping", "parsed", "sequence", "texts"]

NO_JSON: Final = object()
"""What stands for the JSON of a body that is none; equal to no JSON value, `null` included."""


def parsed(body: bytes) -> object:
    """Return a body as JSON, or `NO_JSON`."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return NO_JSON


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
