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
    "Multicast",
    "bind",
    "combine",
    "concatenate",
    "other_reference",
    "quietly",
    "remove",
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


class Multicast:
    """A delegate of several: calls each in turn and returns what the last one returns."""

    __slots__ = ("calls",)

    def __init__(self, calls: tuple[Callable[..., object], ...]) -> None:
        self.calls = calls

    def __call__(self, *arguments: object) -> object:
        """Call all."""
        result: object = None
        for each in self.calls:
            result = each(*arguments)
        return result


def _calls(delegate: Callable[..., object] | None) -> tuple[Callable[..., object], ...]:
    if delegate is None:
        return ()
    return delegate.calls if isinstance(delegate, Multicast) else (delegate,)


def _delegate(calls: tuple[Callable[..., object], ...]) -> Callable[..., object] | None:
    if len(calls) > 1:
        return Multicast(calls)
    return calls[0] if calls else None


def combine(left: Callable[..., object] | None, right: Callable[..., object] | None) -> Callable[..., object] | None:
    """Return the delegate that calls both."""
    return _delegate(_calls(left) + _calls(right))


def remove(left: Callable[..., object] | None, right: Callable[..., object] | None) -> Callable[..., object] | None:
    """Return a delegate without the last occurrence of another."""
    calls, gone = _calls(left), _calls(right)
    for start in range(len(calls) - len(gone), -1, -1):
        if gone and calls[start : start + len(gone)] == gone:
            return _delegate(calls[:start] + calls[start + len(gone) :])
    return left


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
