"""System.String with what it compares and splits by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import ClrException, argument, argument_null, out_of_range, too_large
from apim_ai.expression.library.boxes import Array, string_array
from apim_ai.expression.library.comparison import casing, compare_text, is_ignoring_case
from apim_ai.expression.library.declare import clr_class, clr_enum
from apim_ai.expression.library.enumeration import boxed_items, iterate
from apim_ai.expression.library.equality import hash_code
from apim_ai.expression.library.formatting import composite
from apim_ai.expression.library.meter import METER
from apim_ai.expression.library.text import to_text
from apim_ai.expression.library.utf16 import find_units, length, slice_units, unit_at, units
from apim_ai.expression.types import resolve

if TYPE_CHECKING:
    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.types import ClrType

STRING = clr_class(
    "System.String",
    python=(str,),
    interfaces=(
        "IEnumerable<char>",
        "System.IComparable",
        "System.IComparable<string>",
        "System.IEquatable<string>",
        "System.IConvertible",
        "System.ICloneable",
    ),
)
clr_enum(
    "System.StringComparison",
    {
        "CurrentCulture": 0, "CurrentCultureIgnoreCase": 1, "InvariantCulture": 2, "InvariantCultureIgnoreCase": 3,
        "Ordinal": 4, "OrdinalIgnoreCase": 5,
    },
)  # fmt: skip
clr_enum("System.StringSplitOptions", {"None": 0, "RemoveEmptyEntries": 1})
_CULTURE, _ORDINAL = 0, 4
_WHITE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"


def _need(text: str | None, name: str) -> str:
    if text is None:
        argument_null(name)
    return text


# --- construction and static members ---------------------------------------------------------------------------------

STRING.constant("string Empty", "")


@STRING.member("(char c, int count)", settings=True)
def repeat(settings: ExpressionSettings, character: str, count: int) -> str:
    """Repeat a character."""
    if count < 0:
        out_of_range("count", "'count' must be non-negative.")
    if count > settings.text_length:
        too_large("the text is")
    return character * count


@STRING.member("(char[] value)")
def from_chars(value: list[str] | None) -> str:
    """Join characters."""
    return "" if value is None else "".join(value)


@STRING.member("(char[] value, int startIndex, int length)")
def from_chars_part(value: list[str], start: int, count: int) -> str:
    """Join some of several characters."""
    if start < 0 or count < 0 or start + count > len(value):
        out_of_range(
            "startIndex", "Index was out of range. Must be non-negative and less than the size of the collection."
        )
    return "".join(value[start : start + count])


STRING.inline("static bool IsNullOrEmpty(string value)", "(not {0})")


@STRING.member("static bool IsNullOrWhiteSpace(string value)")
def is_null_or_white_space(text: str | None) -> bool:
    """Whether there is nothing to read."""
    return text is None or not text.strip(_WHITE)


@STRING.member("static string Join(string separator, params string[] value)")
def join(separator: str | None, values: list[str | None] | None) -> str:
    """Join texts; null is empty."""
    if values is None:
        argument_null("value")
    return (separator or "").join([value or "" for value in values])


@STRING.member(
    "static string Join<T>(string separator, IEnumerable<T> values)",
    "static string Join<T>(char separator, IEnumerable<T> values)",
    settings=True,
    typed=True,
)
def join_any(settings: ExpressionSettings, _type: ClrType, separator: str | None, values: object) -> str:
    """Join the texts of a sequence."""
    if values is None:
        argument_null("values")
    return (separator or "").join([to_text(value, settings) or "" for value in boxed_items(values)])


@STRING.member(
    "static string Join(string separator, params object[] values)",
    "static string Join(char separator, params object[] values)",
    settings=True,
)
def join_objects(settings: ExpressionSettings, separator: str | None, values: list[object] | None) -> str:
    """Join the texts of several values."""
    if values is None:
        argument_null("values")
    return (separator or "").join([to_text(value, settings) or "" for value in values])


@STRING.member("static string Join(char separator, params string[] value)")
def join_char(separator: str, values: list[str | None] | None) -> str:
    """Join texts by a character."""
    return join(separator, values)


@STRING.member("static string Join(string separator, string[] value, int startIndex, int count)")
def join_part(separator: str | None, values: list[str | None], start: int, count: int) -> str:
    """Join some of several texts."""
    if start < 0 or count < 0 or start + count > len(values):
        out_of_range("startIndex", "Index and count must refer to a location within the buffer.")
    return join(separator, values[start : start + count])


@STRING.member("static string Concat(params string[] values)")
def concat_texts(values: list[str | None] | None) -> str:
    """Join texts without separator."""
    if values is None:
        argument_null("values")
    return "".join([value or "" for value in values])


@STRING.member("static string Concat(params object[] args)", settings=True)
def concat(settings: ExpressionSettings, values: list[object] | None) -> str:
    """Join the texts of several values without separator."""
    if values is None:
        argument_null("args")
    return "".join([to_text(value, settings) or "" for value in values])


@STRING.member("static string Concat(object arg0)", settings=True)
def concat_one(settings: ExpressionSettings, value: object) -> str:
    """Return the text of one value."""
    return to_text(value, settings) or ""


@STRING.member("static string Concat<T>(IEnumerable<T> values)", settings=True, typed=True)
def concat_any(settings: ExpressionSettings, _type: ClrType, values: object) -> str:
    """Join the texts of a sequence without separator."""
    if values is None:
        argument_null("values")
    return "".join([to_text(value, settings) or "" for value in boxed_items(values)])


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


STRING.inline("static string Copy(string str)", "{0}")
STRING.inline("static string Intern(string str)", "{0}")
STRING.inline("static bool Equals(string a, string b)", "({0} == {1})")


@STRING.member("static bool Equals(string a, string b, System.StringComparison comparisonType)")
def equals_static(left: str | None, right: str | None, comparison: int) -> bool:
    """Compare two texts."""
    if left is None or right is None:
        return left is right
    return casing(left, comparison) == casing(right, comparison)


@STRING.member("static int Compare(string strA, string strB)", settings=True)
def compare(settings: ExpressionSettings, left: str | None, right: str | None) -> int:
    """Order two texts by culture."""
    return compare_text(left, right, _CULTURE, by_culture=settings.is_framework)


@STRING.member("static int Compare(string strA, string strB, bool ignoreCase)", settings=True)
def compare_case(settings: ExpressionSettings, left: str | None, right: str | None, ignore_case: bool) -> int:  # noqa: FBT001 - C#'s signature
    """Order two texts by culture, perhaps without case."""
    return compare_text(left, right, 1 if ignore_case else _CULTURE, by_culture=settings.is_framework)


@STRING.member("static int Compare(string strA, string strB, System.StringComparison comparisonType)", settings=True)
def compare_with(settings: ExpressionSettings, left: str | None, right: str | None, comparison: int) -> int:
    """Order two texts."""
    return compare_text(left, right, comparison, by_culture=settings.is_framework)


@STRING.member("static int CompareOrdinal(string strA, string strB)")
def compare_ordinal(left: str | None, right: str | None) -> int:
    """Order two texts by their characters' numbers."""
    return compare_text(left, right, _ORDINAL)


# --- characters ------------------------------------------------------------------------------------------------------

STRING.member("int Length")(length)


@STRING.member("char this[int index]")
def char_at(text: str, index: int) -> str:
    """Return a character."""
    found = unit_at(text, index)
    if found is None:
        raise ClrException("System.IndexOutOfRangeException", "Index was outside the bounds of the array.")
    return found


@STRING.member("char[] ToCharArray()")
def to_char_array(text: str) -> Array:
    """Return the characters."""
    return Array(resolve("char"), units(text))


# --- searching -------------------------------------------------------------------------------------------------------


@STRING.member("bool Contains(string value)")
def contains(text: str, value: str | None) -> bool:
    """Whether a text occurs."""
    return _need(value, "value") in text


STRING.inline("bool Contains(char value)", "({1} in {0})")


@STRING.member(
    "bool Contains(string value, System.StringComparison comparisonType)",
    "bool Contains(char value, System.StringComparison comparisonType)",
)
def contains_with(text: str, value: str | None, comparison: int) -> bool:
    """Whether a text occurs, perhaps without case."""
    return casing(_need(value, "value"), comparison) in casing(text, comparison)


@STRING.member("bool StartsWith(string value)", "bool StartsWith(char value)")
def starts_with(text: str, value: str | None) -> bool:
    """Whether it begins so."""
    return text.startswith(_need(value, "value"))


@STRING.member("bool StartsWith(string value, System.StringComparison comparisonType)")
def starts_with_comparison(text: str, value: str | None, comparison: int) -> bool:
    """Whether it begins so, perhaps without case."""
    return casing(text, comparison).startswith(casing(_need(value, "value"), comparison))


@STRING.member("bool EndsWith(string value)", "bool EndsWith(char value)")
def ends_with(text: str, value: str | None) -> bool:
    """Whether it ends so."""
    return text.endswith(_need(value, "value"))


@STRING.member("bool EndsWith(string value, System.StringComparison comparisonType)")
def ends_with_comparison(text: str, value: str | None, comparison: int) -> bool:
    """Whether it ends so, perhaps without case."""
    return casing(text, comparison).endswith(casing(_need(value, "value"), comparison))


@STRING.member(
    "int IndexOf(string value)",
    "int IndexOf(char value)",
    "int IndexOf(string value, int startIndex)",
    "int IndexOf(char value, int startIndex)",
)
def index_of(text: str, value: str | None, start: int = 0) -> int:
    """Return where a text occurs first, or -1."""
    if not 0 <= start <= length(text):
        out_of_range(
            "startIndex", "Index was out of range. Must be non-negative and less than the size of the collection."
        )
    return find_units(text, _need(value, "value"), start)


@STRING.member(
    "int IndexOf(string value, int startIndex, int count)", "int IndexOf(char value, int startIndex, int count)"
)
def index_of_part(text: str, value: str | None, start: int, count: int) -> int:
    """Return where a text occurs first within a part, or -1."""
    if not 0 <= start <= len(text):
        out_of_range(
            "startIndex", "Index was out of range. Must be non-negative and less than the size of the collection."
        )
    if count < 0 or start + count > len(text):
        out_of_range(
            "count", "Count must be positive and count must refer to a location within the string/array/collection."
        )
    return text.find(_need(value, "value"), start, start + count)


@STRING.member(
    "int IndexOf(string value, System.StringComparison comparisonType)",
    "int IndexOf(char value, System.StringComparison comparisonType)",
)
def index_of_comparison(text: str, value: str | None, comparison: int) -> int:
    """Return where a text occurs first, perhaps without case."""
    return find_units(casing(text, comparison), casing(_need(value, "value"), comparison), 0)


@STRING.member("int IndexOf(string value, int startIndex, System.StringComparison comparisonType)")
def index_of_from(text: str, value: str | None, start: int, comparison: int) -> int:
    """Return where a text occurs first from a place on, perhaps without case."""
    return index_of(casing(text, comparison), casing(_need(value, "value"), comparison), start)


@STRING.member("int LastIndexOf(string value)", "int LastIndexOf(char value)")
def last_index_of(text: str, value: str | None) -> int:
    """Return where a text occurs last, or -1."""
    wanted = _need(value, "value")
    if not wanted:
        return max(len(text) - 1, 0)  # .NET Core 3.1 and the .NET Framework; 5.0 and later give the length
    return len(units(text[: text.rfind(wanted)])) if wanted in text else -1


@STRING.member("int LastIndexOf(string value, int startIndex)", "int LastIndexOf(char value, int startIndex)")
def last_index_of_from(text: str, value: str | None, start: int) -> int:
    """Return where a text occurs last, searching backwards from a place."""
    wanted = _need(value, "value")
    if not text:
        return -1
    if not 0 <= start < len(text) + 1:
        out_of_range(
            "startIndex", "Index was out of range. Must be non-negative and less than the size of the collection."
        )
    return text.rfind(wanted, 0, start + 1)


@STRING.member("int LastIndexOf(string value, System.StringComparison comparisonType)")
def last_index_of_comparison(text: str, value: str | None, comparison: int) -> int:
    """Return where a text occurs last, perhaps without case."""
    return last_index_of(casing(text, comparison), casing(_need(value, "value"), comparison))


@STRING.member("int IndexOfAny(char[] anyOf)", "int IndexOfAny(char[] anyOf, int startIndex)")
def index_of_any(text: str, characters: list[str] | None, start: int = 0) -> int:
    """Return where one of several characters occurs first, or -1."""
    if characters is None:
        argument_null("anyOf")
    return next((index for index in range(start, len(text)) if text[index] in characters), -1)


@STRING.member("int LastIndexOfAny(char[] anyOf)")
def last_index_of_any(text: str, characters: list[str] | None) -> int:
    """Return where one of several characters occurs last, or -1."""
    if characters is None:
        argument_null("anyOf")
    return next((index for index in range(len(text) - 1, -1, -1) if text[index] in characters), -1)


# --- parts and changes -----------------------------------------------------------------------------------------------


@STRING.member("string Substring(int startIndex)")
def substring_from(text: str, start: int) -> str:
    """Return the rest from a place on."""
    size = length(text)
    if start < 0:
        out_of_range("startIndex", "StartIndex cannot be less than zero.")
    if start > size:
        out_of_range("startIndex", "startIndex cannot be larger than length of string.")
    return slice_units(text, start, size)


@STRING.member("string Substring(int startIndex, int length)")
def substring(text: str, start: int, count: int) -> str:
    """Return a part."""
    size = length(text)
    if start < 0:
        out_of_range("startIndex", "StartIndex cannot be less than zero.")
    if start > size:
        out_of_range("startIndex", "startIndex cannot be larger than length of string.")
    if count < 0:
        out_of_range("length", "Length cannot be less than zero.")
    if start + count > size:
        out_of_range("length", "Index and length must refer to a location within the string.")
    return slice_units(text, start, start + count)


@STRING.member("string Remove(int startIndex)")
def remove_from(text: str, start: int) -> str:
    """Return the text without its rest from a place on."""
    if start < 0:
        out_of_range("startIndex", "StartIndex cannot be less than zero.")
    if start >= len(text):
        out_of_range("startIndex", "startIndex must be less than length of string.")
    return text[:start]


@STRING.member("string Remove(int startIndex, int count)")
def remove(text: str, start: int, count: int) -> str:
    """Return the text without a part."""
    if start < 0:
        out_of_range("startIndex", "StartIndex cannot be less than zero.")
    if count < 0:
        out_of_range("count", "Count cannot be less than zero.")
    if start + count > len(text):
        out_of_range("count", "Index and count must refer to a location within the string.")
    return text[:start] + text[start + count :]


@STRING.member("string Insert(int startIndex, string value)")
def insert(text: str, start: int, value: str | None) -> str:
    """Return the text with another put in."""
    wanted = _need(value, "value")
    if not 0 <= start <= len(text):
        out_of_range("startIndex")
    return text[:start] + wanted + text[start:]


@STRING.member("string Replace(string oldValue, string newValue)", settings=True)
def replace(settings: ExpressionSettings, text: str, old: str | None, new: str | None) -> str:
    """Replace each occurrence."""
    if not _need(old, "oldValue"):
        argument("String cannot be of zero length.", "oldValue")
    if new and len(new) > 1 and text.count(old or "") * len(new) > settings.text_length:
        too_large("the text is")
    return text.replace(old or "", new or "")


STRING.inline("string Replace(char oldChar, char newChar)", "{0}.replace({1}, {2})")


@STRING.member(
    "string Replace(string oldValue, string newValue, System.StringComparison comparisonType)", settings=True
)
def replace_comparison(
    settings: ExpressionSettings, text: str, old: str | None, new: str | None, comparison: int
) -> str:
    """Replace each occurrence, perhaps without case."""
    wanted = _need(old, "oldValue")
    if not is_ignoring_case(comparison):
        return replace(settings, text, wanted, new)
    if not wanted:
        argument("String cannot be of zero length.", "oldValue")
    import re  # noqa: PLC0415 - rare

    return re.sub(re.escape(wanted), lambda _: new or "", text, flags=re.IGNORECASE)


@STRING.member("string ToLowerInvariant()", "string ToLower()")
def to_lower(text: str) -> str:
    """Return the text in small letters, character by character."""
    return (
        text.lower() if text.isascii() else "".join(each.lower() if len(each.lower()) == 1 else each for each in text)
    )


@STRING.member("string ToUpperInvariant()", "string ToUpper()")
def to_upper(text: str) -> str:
    """Return the text in capital letters, character by character."""
    return (
        text.upper() if text.isascii() else "".join(each.upper() if len(each.upper()) == 1 else each for each in text)
    )


@STRING.member("string Trim()")
def trim(text: str) -> str:
    """Return the text without white space around it."""
    return text.strip(_WHITE)


@STRING.member("string Trim(params char[] trimChars)")
def trim_chars(text: str, characters: list[str] | None) -> str:
    """Return the text without these characters around it."""
    return text.strip("".join(characters) if characters else _WHITE)


@STRING.member("string TrimStart(params char[] trimChars)")
def trim_start(text: str, characters: list[str] | None) -> str:
    """Return the text without these characters in front."""
    return text.lstrip("".join(characters) if characters else _WHITE)


@STRING.member("string TrimEnd(params char[] trimChars)")
def trim_end(text: str, characters: list[str] | None) -> str:
    """Return the text without these characters behind."""
    return text.rstrip("".join(characters) if characters else _WHITE)


@STRING.member("string PadLeft(int totalWidth)", "string PadLeft(int totalWidth, char paddingChar)", settings=True)
def pad_left(settings: ExpressionSettings, text: str, width: int, character: str = " ") -> str:
    """Fill up in front."""
    _check_width(settings, width)
    return text.rjust(width, character)


@STRING.member("string PadRight(int totalWidth)", "string PadRight(int totalWidth, char paddingChar)", settings=True)
def pad_right(settings: ExpressionSettings, text: str, width: int, character: str = " ") -> str:
    """Fill up behind."""
    _check_width(settings, width)
    return text.ljust(width, character)


def _check_width(settings: ExpressionSettings, width: int) -> None:
    if width < 0:
        out_of_range("totalWidth", "Non-negative number required.")
    if width > settings.text_length:
        too_large("the text is")


# --- splitting -------------------------------------------------------------------------------------------------------


def _split(text: str, separators: list[str], limit: int | None, options: int) -> Array:
    separators = [each for each in separators if each]
    if limit is not None and limit < 0:
        out_of_range("count", "Count cannot be less than zero.")
    if limit == 0 or (options & 1 and not text):
        return string_array([])
    if limit == 1:
        return string_array([text])
    pieces: list[str] = []
    position = 0
    while True:
        place, size = _next_separator(text, separators, position)
        is_last = limit is not None and len(pieces) == limit - 1 and not (options & 1)
        if place < 0 or is_last:
            pieces.append(text[position:])
            break
        if options & 1 and limit is not None and len(pieces) == limit - 1 and text[position:place]:
            pieces.append(text[position:])
            break
        if not (options & 1) or place > position:
            pieces.append(text[position:place])
        position = place + size
    return string_array([piece for piece in pieces if piece] if options & 1 else pieces)


def _next_separator(text: str, separators: list[str], position: int) -> tuple[int, int]:
    best, size = -1, 0
    for separator in separators:
        place = text.find(separator, position)
        if place >= 0 and (best < 0 or place < best):
            best, size = place, len(separator)
    return best, size


def _white_pieces(text: str, separators: list[str] | None) -> list[str]:  # noqa: ARG001 - C#'s signature
    return separators or list(_WHITE)


@STRING.member("string[] Split(params char[] separator)")
def split(text: str, separators: list[str] | None) -> Array:
    """Split at characters, or at white space where none is given."""
    if separators is not None and len(separators) == 1:
        return string_array(text.split(separators[0]))
    return _split(text, _white_pieces(text, separators), None, 0)


@STRING.member(
    "string[] Split(char separator, System.StringSplitOptions options = 0)",
    "string[] Split(string separator, System.StringSplitOptions options = 0)",
)
def split_one(text: str, separator: str | None, options: int) -> Array:
    """Split at one character or text."""
    return _split(text, [separator] if separator else list(_WHITE), None, options)


@STRING.member(
    "string[] Split(char separator, int count, System.StringSplitOptions options = 0)",
    "string[] Split(string separator, int count, System.StringSplitOptions options = 0)",
)
def split_one_count(text: str, separator: str | None, count: int, options: int) -> Array:
    """Split at one character or text into some parts at most."""
    return _split(text, [separator] if separator else list(_WHITE), count, options)


@STRING.member("string[] Split(char[] separator, int count)")
def split_count(text: str, separators: list[str] | None, count: int) -> Array:
    """Split into some parts at most."""
    return _split(text, _white_pieces(text, separators), count, 0)


@STRING.member(
    "string[] Split(char[] separator, System.StringSplitOptions options)",
    "string[] Split(string[] separator, System.StringSplitOptions options)",
)
def split_options(text: str, separators: list[str] | None, options: int) -> Array:
    """Split, perhaps without empty parts."""
    return _split(text, _white_pieces(text, separators), None, options)


@STRING.member(
    "string[] Split(char[] separator, int count, System.StringSplitOptions options)",
    "string[] Split(string[] separator, int count, System.StringSplitOptions options)",
)
def split_count_options(text: str, separators: list[str] | None, count: int, options: int) -> Array:
    """Split into some parts at most, perhaps without empty ones."""
    return _split(text, _white_pieces(text, separators), count, options)


# --- the rest --------------------------------------------------------------------------------------------------------

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
    return other is not None and casing(text, comparison) == casing(other, comparison)


@STRING.member("int CompareTo(string strB)", settings=True)
def compare_to(settings: ExpressionSettings, text: str, other: str | None) -> int:
    """Order by culture."""
    return compare_text(text, other, _CULTURE, by_culture=settings.is_framework)


STRING.member("int GetHashCode()")(hash_code)


@STRING.member("System.Collections.Generic.IEnumerator<char> GetEnumerator()")
def get_enumerator(text: str) -> object:
    """Begin an enumeration."""
    return iter(iterate(text))


@STRING.member("bool IsNormalized()")
def is_normalized(text: str) -> bool:
    """Whether the text is in normal form C."""
    import unicodedata  # noqa: PLC0415 - rare

    return unicodedata.is_normalized("NFC", text)


@STRING.member("string Normalize()")
def normalize(text: str) -> str:
    """Return the text in normal form C."""
    import unicodedata  # noqa: PLC0415 - rare

    return unicodedata.normalize("NFC", text)


# --- StringComparer --------------------------------------------------------------------------------------------------


class StringComparer:
    """Compares texts in one of the ways of StringComparison."""

    __slots__ = ("comparison",)

    def __init__(self, comparison: int) -> None:
        self.comparison = comparison

    def key(self, text: object) -> object:
        """Return what equal texts share."""
        return casing(text, self.comparison) if isinstance(text, str) else text


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
    return hash_code(casing(_need(text, "obj"), comparer.comparison))
