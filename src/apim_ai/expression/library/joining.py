"""Texts put together from many, as long as a text may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from apim_ai.expression.exceptions import too_large

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["counted", "joined"]

_Given = TypeVar("_Given")


def joined(settings: ExpressionSettings, separator: str | None, pieces: Iterable[str | None]) -> str:
    """Join texts; null is empty.

    Raises:
        ClrException: OutOfMemoryException where the whole is too long.
    """
    parts = [piece or "" for piece in pieces]
    between = separator or ""
    size = sum(map(len, parts)) + len(between) * max(0, len(parts) - 1)
    if size > settings.text_length:
        too_large("the text is", size)
    return between.join(parts)


def counted(settings: ExpressionSettings, make: Callable[[_Given], str]) -> Callable[[_Given], str]:
    """Return a function that makes texts until all of them together are too long."""
    left = settings.text_length

    def made(given: _Given) -> str:
        nonlocal left
        text = make(given)
        left -= len(text)
        if left < 0:
            too_large("the text is")
        return text

    return made
