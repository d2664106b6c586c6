"""System.String, and StringComparer. What searches and changes texts is in the modules that are loaded here."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import ClrException, argument, argument_null, out_of_range, too_large
from apim_ai.expression.library.arithmetic import wrap
from apim_ai.expression.library.boxes import Array, Char
from apim_ai.expression.library.comparison import casing, check_comparison, compare_text
from apim_ai.expression.library.declare import clr_class
from apim_ai.expression.library.enumeration import boxed_items, iterate
from apim_ai.expression.library.equality import equals, hash_code
from apim_ai.expression.library.formatting import composite
from apim_ai.expression.library.joining import joined
from apim_ai.expression.library.meter import METER
from apim_ai.expression.library.ordering import compare as compare_any
from apim_ai.expression.library.relations import type_of
from apim_ai.expression.library.text import to_text
from apim_ai.expression.library.utf16 import length, narrow, unit_at, units, whole
from apim_ai.expression.types import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.types import ClrType

from apim_ai.expression.library import string_parts, string_search
from apim_ai.expression.library.string_type import CULTURE, ORDINAL, STRING, WHITE, need_text

# --- construction and static members ---

STRING.constant("string Empty", "")


@STRING.member("(char c, int count)", settings=True)
def repeat(settings: ExpressionSettings, character: str, count: int) -> str:
    """Repeat a character."""
    if count < 0:
        out_of_range("count", "Count cannot be less than zero.")
    if count > settings.text_length:
        too_large("the text is", count)
    METER.take(count >> 6)  # a loop that keeps such texts ends before memory does
    return character * count


@STRING.member("(char[] value)")
def from_chars(value: list[str] | None) -> str:
    """Join characters."""
    return "" if value is None else whole("".join(value))


@STRING.member("(char[] value, int startIndex, int length)")
def from_chars_part(value: list[str] | None, start: int, count: int) -> str:
    """Join some of several characters."""
    if value is None:
        argument_null("value")
    if start < 0:
        out_of_range("startIndex", "StartIndex cannot be less than zero.")
    if count < 0:
        out_of_range("length", "Length cannot be less than zero.")
    if start + count > len(value):
        out_of_range("startIndex", _PLACE)
    return whole("".join(value[start : start + count]))


STRING.inline("static bool IsNullOrEmpty(string value)", "(not {0})")


@STRING.member("static bool IsNullOrWhiteSpace(string value)")
def is_null_or_white_space(text: str | None) -> bool:
    """Whether there is nothing to read."""
    return text is None or not text.strip(WHITE)


@STRING.member("static string Join(string separator, params string[] value)", settings=True)
def join(settings: ExpressionSettings, separator: str | None, values: list[str | None] | None) -> str:
    """Join texts; null is empty."""
    if values is None:
        argument_null("value")
    return joined(settings, separator, values)


@STRING.member(
    "static string Join<T>(string separator, IEnumerable<T> values)",
    "static string Join<T>(char separator, IEnumerable<T> values)",
    settings=True,
    typed=True,
)
def join_any(settings: ExpressionSettings, type_: ClrType, separator: str | None, values: object) -> str:
    """Join the texts of a sequence."""
    if values is None:
        argument_null("values")
    if type_.name == "System.String":
        texts = cast("Iterable[str | None]", iterate(values))
        return whole(joined(settings, separator, texts))
    return whole(joined(settings, separator, (to_text(value, settings) for value in boxed_items(values))))


@STRING.member(
    "static string Join(string separator, params object[] values)",
    "static string Join(char separator, params object[] values)",
    settings=True,
)
def join_objects(settings: ExpressionSettings, separator: str | None, values: list[object] | None) -> str:
    """Join the texts of several values."""
    if values is None:
        argument_null("values")
    return joined(settings, separator, (to_text(value, settings) for value in values))


@STRING.member("static string Join(char separator, params string[] value)", settings=True)
def join_char(settings: ExpressionSettings, separator: str, values: list[str | None] | None) -> str:
    """Join texts by a character."""
    return join(settings, separator, values)


@STRING.member(
    "static string Join(string separator, string[] value, int startIndex, int count)",
    "static string Join(char separator, string[] value, int startIndex, int count)",
    settings=True,
)
def join_part(
    settings: ExpressionSettings, separator: str | None, values: list[str | None] | None, start: int, count: int
) -> str:
    """Join some of several texts."""
    if values is None:
        argument_null("value")
    if start < 0:
        out_of_range("startIndex", "StartIndex cannot be less than zero.")
    if count < 0:
        out_of_range("count", "Count cannot be less than zero.")
    if start > len(values) - count:
        out_of_range("startIndex", "Index and count must refer to a location within the buffer.")
    return join(settings, separator, values[start : start + count])


@STRING.member("static string Concat(params string[] values)", settings=True)
def concat_texts(settings: ExpressionSettings, values: list[str | None] | None) -> str:
    """Join texts without separator."""
    if values is None:
        argument_null("values")
    return joined(settings, None, values)


@STRING.member("static string Concat(params object[] args)", settings=True)
def concat(settings: ExpressionSettings, values: list[object] | None) -> str:
    """Join the texts of several values without separator."""
    if values is None:
        argument_null("args")
    return joined(settings, None, (to_text(value, settings) for value in values))


@STRING.member("static string Concat(object arg0)", settings=True)
def concat_one(settings: ExpressionSettings, value: object) -> str:
    """Return the text of one value."""
    return to_text(value, settings) or ""


@STRING.member("static string Concat<T>(IEnumerable<T> values)", settings=True, typed=True)
def concat_any(settings: ExpressionSettings, _type: ClrType, values: object) -> str:
    """Join the texts of a sequence without separator."""
    if values is None:
        argument_null("values")
    return whole(joined(settings, None, (to_text(value, settings) for value in boxed_items(values))))


@STRING.member("static string Format(string format, params object[] args)", settings=True)
def format_(settings: ExpressionSettings, template: str | None, items: list[object] | None) -> str:
    """Fill a composite format."""
    if items is None:
        argument_null("args")
    return composite(template, items, settings)


@STRING.member(
    "static string Format(System.IFormatProvider provider, string format, params object[] args)", settings=True
)
def format_provider(settings: ExpressionSettings, _provider: object, template: str | None, items: list[object]) -> str:
    """Fill a composite format with a provider, which can only be null."""
    return composite(template, items, settings)


@STRING.member(
    "static string Copy(string str)", "static string Intern(string str)", "static string IsInterned(string str)"
)
def same(text: str | None) -> str:
    """Return the text itself."""
    return need_text(text, "str")


STRING.inline("static bool Equals(string a, string b)", "({0} == {1})")


@STRING.member("static bool Equals(string a, string b, System.StringComparison comparisonType)")
def equals_static(left: str | None, right: str | None, comparison: int) -> bool:
    """Compare two texts."""
    check_comparison(comparison)
    if left is None or right is None:
        return left is right
    return casing(left, comparison) == casing(right, comparison)


@STRING.member("static int Compare(string strA, string strB)", settings=True)
def compare(settings: ExpressionSettings, left: str | None, right: str | None) -> int:
    """Order two texts by culture."""
    return compare_text(left, right, CULTURE, by_culture=settings.is_cultured)


@STRING.member("static int Compare(string strA, string strB, bool ignoreCase)", settings=True)
def compare_case(settings: ExpressionSettings, left: str | None, right: str | None, ignore_case: bool) -> int:  # noqa: FBT001 - C#'s signature
    """Order two texts by culture, perhaps without case."""
    return compare_text(left, right, 1 if ignore_case else CULTURE, by_culture=settings.is_cultured)


@STRING.member("static int Compare(string strA, string strB, System.StringComparison comparisonType)", settings=True)
def compare_with(settings: ExpressionSettings, left: str | None, right: str | None, comparison: int) -> int:
    """Order two texts."""
    return compare_text(left, right, comparison, by_culture=settings.is_cultured)


@STRING.member(
    "static int Compare(string strA, int indexA, string strB, int indexB, int length)",
    "static int Compare(string strA, int indexA, string strB, int indexB, int length, bool ignoreCase)",
    settings=True,
)
def compare_parts(
    settings: ExpressionSettings, left: str | None, left_start: int, right: str | None, right_start: int, count: int,
    ignore_case: bool = False,  # noqa: FBT001, FBT002 - C#'s signature
) -> int:  # fmt: skip
    """Order parts of two texts by culture, perhaps without case."""
    first = count if left is None else min(count, wrap(length(left) - left_start, *_INT))
    second = count if right is None else min(count, wrap(length(right) - right_start, *_INT))
    if first < 0 or second < 0:
        out_of_range("length1" if first < 0 else "length2", _POSITIVE)
    if left_start < 0 or right_start < 0:
        out_of_range("offset1" if left_start < 0 else "offset2", _POSITIVE)
    for name, text, start, size in (("string1", left, left_start, first), ("string2", right, right_start, second)):
        if start > length(text or "") - size:
            out_of_range(name, "Offset and length must refer to a position in the string.")
    return compare_text(
        _part(left, left_start, count), _part(right, right_start, count), 1 if ignore_case else CULTURE,
        by_culture=settings.is_cultured, is_part=True,
    )  # fmt: skip


_POSITIVE = "Positive number required."
_INT = (-(2**31), 2**31 - 1)


def _part(text: str | None, start: int, count: int) -> str | None:
    return None if text is None else narrow(text)[start : start + count]


@STRING.member(
    "static int Compare(string strA, int indexA, string strB, int indexB, int length, System.StringComparison comparisonType)",
    settings=True,
)
def compare_parts_with(
    settings: ExpressionSettings, left: str | None, left_start: int, right: str | None, right_start: int, count: int,
    comparison: int,
) -> int:  # fmt: skip
    """Order parts of two texts."""
    check_comparison(comparison)
    if left is None or right is None:
        return (left is not None) - (right is not None)
    _check_parts(left, left_start, right, right_start, count)
    first, second = _part(left, left_start, count), _part(right, right_start, count)
    return compare_text(first, second, comparison, by_culture=settings.is_cultured, is_part=True)


def _check_parts(left: str, left_start: int, right: str, right_start: int, count: int) -> None:
    if count < 0:
        out_of_range("length", "Length cannot be less than zero.")
    if left_start < 0 or right_start < 0:
        out_of_range("indexA" if left_start < 0 else "indexB", _PLACE)
    if left_start > length(left) or right_start > length(right):
        out_of_range("indexA" if left_start > length(left) else "indexB", _PLACE)


@STRING.member("static int CompareOrdinal(string strA, int indexA, string strB, int indexB, int length)")
def compare_ordinal_parts(left: str | None, left_start: int, right: str | None, right_start: int, count: int) -> int:
    """Order parts of two texts by their characters' numbers."""
    if left is None or right is None:
        return (left is not None) - (right is not None)
    if count < 0:
        out_of_range("length", "Count cannot be less than zero.")
    _check_parts(left, left_start, right, right_start, count)
    return compare_text(_part(left, left_start, count), _part(right, right_start, count), ORDINAL, is_part=True)


_PLACE = "Index was out of range. Must be non-negative and less than the size of the collection."


@STRING.member("static int CompareOrdinal(string strA, string strB)")
def compare_ordinal(left: str | None, right: str | None) -> int:
    """Order two texts by their characters' numbers."""
    return compare_text(left, right, ORDINAL)


# --- characters ---

STRING.member("int Length")(length)


@STRING.member("char this[int index]")
def char_at(text: str, index: int) -> str:
    """Return a character."""
    found = unit_at(text, index)
    if found is None:
        raise ClrException("System.IndexOutOfRangeException", "Index was outside the bounds of the array.")
    return found


@STRING.member("char[] ToCharArray(int startIndex, int length)")
def to_char_array_part(text: str, start: int, count: int) -> Array:
    """Return some of the characters."""
    if not 0 <= start <= length(text):
        out_of_range("startIndex", _PLACE)
    if count < 0 or start > length(text) - count:
        out_of_range("startIndex", _PLACE)
    return Array(resolve("char"), units(text)[start : start + count])


@STRING.member("void CopyTo(int sourceIndex, char[] destination, int destinationIndex, int count)")
def copy_to(text: str, start: int, target: list[str] | None, place: int, count: int) -> None:
    """Copy some of the characters into an array."""
    if target is None:
        argument_null("destination")
    if count < 0:
        out_of_range("count", "Count cannot be less than zero.")
    if start < 0:
        out_of_range("sourceIndex", _PLACE)
    if count > length(text) - start:
        out_of_range("sourceIndex", "Index and count must refer to a location within the string.")
    if place > len(target) - count or place < 0:
        out_of_range("destinationIndex", "Index and count must refer to a location within the string.")
    target[place : place + count] = units(text)[start : start + count]


@STRING.member("char[] ToCharArray()")
def to_char_array(text: str) -> Array:
    """Return the characters."""
    return Array(resolve("char"), units(text))


# --- the rest ---

STRING.inline("string ToString()", "{0}")
STRING.inline("object Clone()", "{0}")
STRING.inline("bool Equals(string value)", "({0} == {1})")


@STRING.member("bool Equals(object obj)")
def equals_object(text: str, other: object) -> bool:
    """Compare with any value."""
    return type(other) is str and text == other


@STRING.member("bool Equals(string value, System.StringComparison comparisonType)")
def equals_comparison(text: str, other: str | None, comparison: int) -> bool:
    """Compare, perhaps without case."""
    check_comparison(comparison)
    return other is not None and casing(text, comparison) == casing(other, comparison)


@STRING.member("int CompareTo(object value)", settings=True)
def compare_to_object(settings: ExpressionSettings, text: str, other: object) -> int:
    """Order by culture."""
    if other is not None and type(other) is not str:
        argument("Object must be of type String.")
    return compare_text(text, other, CULTURE, by_culture=settings.is_cultured)


@STRING.member("int CompareTo(string strB)", settings=True)
def compare_to(settings: ExpressionSettings, text: str, other: str | None) -> int:
    """Order by culture."""
    return compare_text(text, other, CULTURE, by_culture=settings.is_cultured)


STRING.member("int GetHashCode()")(hash_code)


@STRING.member("System.Collections.Generic.IEnumerator<char> GetEnumerator()")
def get_enumerator(text: str) -> object:
    """Begin an enumeration."""
    return iter(iterate(text))


@STRING.member("bool IsNormalized()", settings=True)
def is_normalized(settings: ExpressionSettings, text: str) -> bool:
    """Whether the text is in normal form C; in invariant .NET Core every text is."""
    import unicodedata  # noqa: PLC0415 - rare

    return not settings.is_cultured or unicodedata.is_normalized("NFC", text)


@STRING.member("string Normalize()", settings=True)
def normalize(settings: ExpressionSettings, text: str) -> str:
    """Return the text in normal form C, which in invariant .NET Core every text is in."""
    import unicodedata  # noqa: PLC0415 - rare

    return unicodedata.normalize("NFC", text) if settings.is_cultured else text


# --- StringComparer ---


class StringComparer:
    """Compares texts in one of the ways of StringComparison."""

    __slots__ = ("comparison",)
    clr = "System.StringComparer"

    def __init__(self, comparison: int) -> None:
        self.comparison = comparison

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return the name of .NET's class."""
        return self.clr_shown()

    def clr_shown(self) -> str:
        """Return the name of .NET's class."""
        return "System.CultureAwareComparer" if self.comparison < ORDINAL else _COMPARER_NAMES[self.comparison]

    def key(self, text: object) -> object:
        """Return what equal texts share."""
        return casing(text, self.comparison) if isinstance(text, str) else text


_COMPARER_NAMES = {4: "System.OrdinalCaseSensitiveComparer", 5: "System.OrdinalIgnoreCaseComparer"}
COMPARER = clr_class(
    "System.StringComparer",
    python=(StringComparer,),
    interfaces=("IEqualityComparer<string>", "IComparer<string>"),
)
for _name, _value in (
    ("CurrentCulture", 0),
    ("CurrentCultureIgnoreCase", 1),
    ("InvariantCulture", 2),
    ("InvariantCultureIgnoreCase", 3),
    ("Ordinal", 4),
    ("OrdinalIgnoreCase", 5),
):
    COMPARER.constant(f"System.StringComparer {_name}", StringComparer(_value))


@COMPARER.member("int Compare(object x, object y)")
def comparer_compare_objects(comparer: StringComparer, left: object, right: object) -> int:
    """Order two values of any type."""
    if left is right or left is None or right is None:
        return (left is not None) - (right is not None)
    if type(left) is str and type(right) is str:
        return comparer_compare(comparer, left, right)
    if type(left) is str:
        argument("Object must be of type String.")
    mine = type_of(left)
    if mine is not type_of(right) and isinstance(left, (Char, int, float, Decimal)):
        argument(f"Object must be of type {mine.name.removeprefix('System.')}.")
    return compare_any(left, right)


@COMPARER.member("bool Equals(object x, object y)")
def comparer_equals_objects(comparer: StringComparer, left: object, right: object) -> bool:
    """Compare two values of any type."""
    if type(left) is str and type(right) is str:
        return equals_static(left, right, comparer.comparison)
    return left is right or (left is not None and right is not None and equals(left, right))


@COMPARER.member("int Compare(string x, string y)")
def comparer_compare(comparer: StringComparer, left: str | None, right: str | None) -> int:
    """Order two texts."""
    return compare_text(left, right, comparer.comparison, by_culture=METER.orders_by_culture)


@COMPARER.member("bool Equals(string x, string y)")
def comparer_equals(comparer: StringComparer, left: str | None, right: str | None) -> bool:
    """Compare two texts."""
    return equals_static(left, right, comparer.comparison)


@COMPARER.member("int GetHashCode(string obj)")
def comparer_hash(comparer: StringComparer, text: str | None) -> int:
    """Return a hash code that equal texts share."""
    return hash_code(casing(need_text(text, "obj"), comparer.comparison))


@COMPARER.member("static System.StringComparer FromComparison(System.StringComparison comparisonType)")
def from_comparison(comparison: int) -> StringComparer:
    """Return the comparer of a StringComparison."""
    if not 0 <= comparison <= ORDINAL + 1:
        argument("The string comparison type passed in is currently not supported.", "comparisonType")
    return StringComparer(comparison)


__all__ = ["StringComparer", "string_parts", "string_search"]
