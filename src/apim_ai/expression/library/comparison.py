"""Comparing texts as .NET does: ordinal, or by culture, with case or without."""

from __future__ import annotations

__all__ = ["casing", "compare_text", "is_ignoring_case"]

_ORDINAL, _ORDINAL_IGNORE_CASE = 4, 5


def is_ignoring_case(comparison: int) -> bool:
    """Whether a StringComparison ignores case."""
    return comparison % 2 == 1


def casing(text: str, comparison: int) -> str:
    """Return the text in the form in which a StringComparison looks at it."""
    if comparison % 2 == 0:
        return text
    return (
        text.upper() if text.isascii() else "".join(each.upper() if len(each.upper()) == 1 else each for each in text)
    )


def compare_text(left: str | None, right: str | None, comparison: int, *, by_culture: bool = False) -> int:
    """Order two texts: negative, 0 or positive as .NET gives it; null comes first.

    Args:
        left: the one.
        right: the other.
        comparison: a StringComparison.
        by_culture: whether cultures order texts; in invariant .NET Core they are ordered by number throughout.
    """
    if left is None or right is None:
        return (left is not None) - (right is not None)
    if not by_culture or comparison in (_ORDINAL, _ORDINAL_IGNORE_CASE):
        if not (left and right) and not is_ignoring_case(comparison):
            return ord(left[:1] or "\0") - ord(right[:1] or "\0")  # the end of a text compares as a zero
        return _ordinal(casing(left, comparison), casing(right, comparison))
    first, second = _culture_key(left, comparison), _culture_key(right, comparison)
    return (first > second) - (first < second)


def _ordinal(left: str, right: str) -> int:
    for mine, theirs in zip(left, right, strict=False):
        if mine != theirs:
            return ord(mine) - ord(theirs)
    return len(left) - len(right)


def _culture_key(text: str, comparison: int) -> tuple[object, ...]:
    """Return a sort key after the default Unicode order: punctuation, digits, letters; then accents; then case."""
    import unicodedata  # noqa: PLC0415 - rare

    plain = unicodedata.normalize("NFD", text)
    base = [each for each in plain if not unicodedata.combining(each)]
    letters = tuple((_group(each), each.lower()) for each in base if each not in "\0\u00ad")
    accents = tuple(each for each in plain if unicodedata.combining(each))
    cases = () if is_ignoring_case(comparison) else tuple(each != each.lower() for each in base)
    return letters, accents, cases


def _group(character: str) -> int:
    if character.isspace():
        return 0
    if character.isalpha():
        return 4
    if character.isdigit():
        return 3
    return _PUNCTUATION.find(character) / 100 + 1 if character in _PUNCTUATION else 2  # type: ignore[return-value]  # a sort key


_PUNCTUATION = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"
