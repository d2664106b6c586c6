"""Comparing texts as .NET does: ordinal, or by culture, with case or without."""

from __future__ import annotations

from apim_ai.expression.exceptions import argument
from apim_ai.expression.library.meter import METER
from apim_ai.expression.library.utf16 import narrow

__all__ = [
    "capitals",
    "casing",
    "check_comparison",
    "compare_text",
    "compare_units",
    "is_ignoring_case",
    "small_letters",
]

_ORDINAL, _ORDINAL_IGNORE_CASE = 4, 5
_CAPITALS = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}
_SMALL = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def check_comparison(comparison: int) -> None:
    """Refuse a number that is no StringComparison."""
    if not 0 <= comparison <= _ORDINAL_IGNORE_CASE:
        argument("The string comparison type passed in is currently not supported.", "comparisonType")


def is_ignoring_case(comparison: int) -> bool:
    """Whether a StringComparison ignores case."""
    return comparison % 2 == 1


def capitals(text: str, *, by_culture: bool) -> str:
    """Return the text in capital letters, character by character.

    Args:
        text: the text.
        by_culture: whether letters other than A to Z have case; in invariant .NET Core they have none.
    """
    if text.isascii():
        return text.upper()
    if not by_culture:
        return text.translate(_CAPITALS)
    return "".join([each.upper() if len(each.upper()) == 1 else each for each in text])


def small_letters(text: str, *, by_culture: bool) -> str:
    """Return the text in small letters, character by character; see `capitals`."""
    if text.isascii():
        return text.lower()
    if not by_culture:
        return text.translate(_SMALL)
    return "".join([each.lower() if len(each.lower()) == 1 else each for each in text])


def casing(text: str, comparison: int, *, by_culture: bool | None = None) -> str:
    """Return the text in the form in which a StringComparison looks at it.

    Raises:
        ClrException: ArgumentException where the number is no StringComparison.
    """
    check_comparison(comparison)
    if comparison % 2 == 0:
        return text
    return capitals(text, by_culture=METER.orders_by_culture if by_culture is None else by_culture)


def compare_text(
    left: str | None, right: str | None, comparison: int, *, by_culture: bool = False, is_part: bool = False
) -> int:
    """Order two texts: negative, 0 or positive as .NET gives it; null comes first.

    Args:
        left: the one.
        right: the other.
        comparison: a StringComparison.
        by_culture: whether cultures order texts; in invariant .NET Core they are ordered by number throughout.
        is_part: whether the two are parts of longer texts, which .NET compares in another way.

    Raises:
        ClrException: ArgumentException where the number is no StringComparison.
    """
    check_comparison(comparison)
    if left is None or right is None:
        return (left is not None) - (right is not None)
    if by_culture and comparison < _ORDINAL:
        first, second = _culture_key(left, comparison), _culture_key(right, comparison)
        return (first > second) - (first < second)
    if is_ignoring_case(comparison):
        return compare_units(casing(left, 1, by_culture=by_culture), casing(right, 1, by_culture=by_culture))
    return compare_units(left, right) if is_part else _by_pairs(left, right)


def compare_units(left: str, right: str) -> int:
    """Return the difference of the first units that differ, or else of the lengths."""
    left, right = narrow(left), narrow(right)
    for mine, theirs in zip(left, right, strict=False):
        if mine != theirs:
            return ord(mine) - ord(theirs)
    return len(left) - len(right)


def _by_pairs(left: str, right: str) -> int:
    """Compare as `CompareOrdinal` does: two units at a time, the zero behind the end of a text included."""
    if left == right:
        return 0
    left, right = narrow(left), narrow(right)
    shorter = min(len(left), len(right))
    for mine, theirs in zip(left, right, strict=False):
        if mine != theirs:
            return ord(mine) - ord(theirs)
    for place in range(shorter, shorter + (shorter % 2 or 2 * (not shorter))):
        difference = ord(left[place : place + 1] or "\0") - ord(right[place : place + 1] or "\0")
        if difference:
            return difference
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
