"""JSON at the edge of the AI policies: quick where orjson is installed, and typed for reading other people's documents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MOST", "dump", "items", "mapping", "number", "parse", "text"]

MOST = 2**31 - 1


def _decoder() -> Callable[[bytes], object]:
    try:
        import orjson  # noqa: PLC0415 - an accelerator that need not be there
    except ImportError:
        return json.loads
    return orjson.loads


_decode = _decoder()


def parse(content: bytes) -> object:
    """Return what a JSON text holds, or None when it is none. Python's own reader takes what the quick one refuses."""
    try:
        return _decode(content)
    except ValueError:
        if _decode is json.loads:
            return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def dump(value: object) -> bytes:
    """Return the compact JSON text of a value."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def mapping(value: object) -> dict[str, object]:
    """Return an object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType] - JSON's names are texts


def items(value: object) -> list[object]:
    """Return an array, or an empty one for anything else."""
    return value if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType] - whatever is in it


def text(value: object) -> str:
    """Return a string, or the empty one for anything else."""
    return value if isinstance(value, str) else ""


def number(value: object) -> int | None:
    """Return a whole number of 0 or more that fits into an Int32, as counts of tokens do, or None for anything else."""
    if type(value) is int:  # not a boolean
        return value if 0 <= value <= MOST else None
    return int(value) if isinstance(value, float) and 0 <= value <= MOST else None
