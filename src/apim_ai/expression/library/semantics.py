"""What C# does implicitly, as functions that compiled code calls: texts in concatenation, identity, three-valued logic."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NoReturn

from apim_ai.expression.exceptions import ClrException, too_large
from apim_ai.expression.library.text import to_text
from apim_ai.expression.library.utf16 import whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.settings import ExpressionSettings

__all__ = [
    "bind",
    "concatenate",
    "other_reference",
    "quietly",
    "same_reference",
    "text_or_empty",
    "three_valued_and",
    "three_valued_or",
    "unresolved",
]


def text_or_empty(value: object, settings: ExpressionSettings) -> str:
    """Return a boxed value as string concatenation sees it."""
    if value is None:
        return ""
    return to_text(value, settings) or ""


_JOINERS: dict[int, Callable[[str, str], str]] = {}


_LOW_SURROGATE = "\udc00"


def concatenate(limit: int) -> Callable[[str, str], str]:
    """Return concatenation that refuses texts longer than a limit."""
    if limit not in _JOINERS:

        def join(left: str, right: str) -> str:
            if len(left) + len(right) > limit:
                too_large("the text is")
            both = left + right
            return whole(both) if right >= _LOW_SURROGATE else both

        _JOINERS[limit] = join
    return _JOINERS[limit]


def bind(function: Callable[..., object], receiver: object) -> Callable[..., object]:
    """Return the delegate of a method of an object, which is looked at once."""
    if receiver is None:
        raise ClrException("System.ArgumentException", "Delegate to an instance method cannot have null 'this'.")
    return partial(function, receiver)


def quietly(test: Callable[[], bool]) -> bool:
    """Return what the filter of a catch says; one that throws does not hold."""
    try:
        return test()
    except ClrException:
        return False


def same_reference(left: object, right: object) -> bool:
    """Compare references. Equal texts are one object only where they are the same constant, as in .NET."""
    if left is None or right is None:
        return left is right
    if isinstance(left, str) and isinstance(right, str):
        return left is right
    return left is right and not isinstance(left, (bool, int, float))


def other_reference(left: object, right: object) -> bool:
    """Compare references for difference."""
    return not same_reference(left, right)


def three_valued_and(left: bool | None, right: bool | None) -> bool | None:  # noqa: FBT001 - operands
    """Return `&` of nullable booleans."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def three_valued_or(left: bool | None, right: bool | None) -> bool | None:  # noqa: FBT001 - operands
    """Return `|` of nullable booleans."""
    if left is True or right is True:
        return True
    return None if left is None or right is None else False


def unresolved(*_values: object) -> NoReturn:
    """Raise: a named value stands in the code that was never substituted."""
    raise ClrException("System.InvalidOperationException", "a named value in the expression was not substituted")
