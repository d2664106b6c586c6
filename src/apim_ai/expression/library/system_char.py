"""System.Char and System.Boolean."""

from __future__ import annotations

import sys
import unicodedata
from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import argument, argument_null, format_error, out_of_range
from apim_ai.expression.library.boxes import Char
from apim_ai.expression.library.comparison import capitals, small_letters
from apim_ai.expression.library.declare import clr_struct
from apim_ai.expression.library.equality import equals
from apim_ai.expression.library.utf16 import unit_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.settings import ExpressionSettings

CHAR = clr_struct(
    "System.Char", python=(Char,), interfaces=("System.IComparable", "System.IComparable<char>", "System.IConvertible")
)
BOOLEAN = clr_struct("System.Boolean", python=(bool,), interfaces=("System.IComparable", "System.IConvertible"))
CHAR.constant("char MaxValue", "\uffff")
CHAR.constant("char MinValue", "\0")


def _category(*prefixes: str) -> Callable[[str], bool]:
    def test(character: str) -> bool:
        return unicodedata.category(character).startswith(prefixes)

    return test


def _at(text: str | None, index: int) -> str:
    if text is None:
        argument_null("s")
    found = unit_at(text, index)
    if found is None:
        out_of_range("index")
    return found


def _tests(name: str, test: Callable[[str], bool]) -> None:
    """Declare a test of a character, and of the one at a place in a text."""
    CHAR.member(f"static bool {name}(char c)")(test)

    @CHAR.member(f"static bool {name}(string s, int index)")
    def test_at(text: str | None, index: int) -> bool:
        return test(_at(text, index))

    _ = test_at


_tests("IsDigit", _category("Nd"))
_tests("IsNumber", _category("N"))
_tests("IsLetter", _category("L"))
_tests("IsLetterOrDigit", _category("L", "Nd"))
_tests("IsUpper", _category("Lu"))
_tests("IsLower", lambda character: unicodedata.category(character) == "Ll" or character in "\xaa\xba")
_tests("IsPunctuation", _category("P"))
_tests("IsSymbol", _category("S"))
_tests("IsSeparator", _category("Z"))
_tests("IsControl", _category("Cc"))
_tests("IsSurrogate", _category("Cs"))
_tests("IsHighSurrogate", lambda character: "\ud800" <= character <= "\udbff")
_tests("IsLowSurrogate", lambda character: "\udc00" <= character <= "\udfff")
_tests("IsWhiteSpace", lambda character: character.isspace() and character not in "\x1c\x1d\x1e\x1f")


@CHAR.member("static bool IsSurrogatePair(char highSurrogate, char lowSurrogate)")
def is_surrogate_pair(high: str, low: str) -> bool:
    """Whether two units make one character."""
    return "\ud800" <= high <= "\udbff" and "\udc00" <= low <= "\udfff"


@CHAR.member("static bool IsSurrogatePair(string s, int index)")
def is_surrogate_pair_at(text: str | None, index: int) -> bool:
    """Whether two units at a place make one character."""
    first = _at(text, index)
    second = unit_at(text or "", index + 1)
    return second is not None and is_surrogate_pair(first, second)


@CHAR.member("static int ConvertToUtf32(char highSurrogate, char lowSurrogate)")
def to_utf32(high: str, low: str) -> int:
    """Return the code point that two units make."""
    if not "\ud800" <= high <= "\udbff":
        out_of_range("highSurrogate", "A valid high surrogate character is between 0xd800 and 0xdbff, inclusive.")
    if not "\udc00" <= low <= "\udfff":
        out_of_range("lowSurrogate", "A valid low surrogate character is between 0xdc00 and 0xdfff, inclusive.")
    return (ord(high) - 0xD800) * 0x400 + ord(low) - 0xDC00 + 0x10000


@CHAR.member("static int ConvertToUtf32(string s, int index)")
def to_utf32_at(text: str | None, index: int) -> int:
    """Return the code point at a place."""
    if text is None:
        argument_null("s")
    first = unit_at(text, index)
    if first is None:
        out_of_range("index", "Index was out of range. Must be non-negative and less than the size of the collection.")
    if not "\ud800" <= first <= "\udfff":
        return ord(first)
    second = unit_at(text, index + 1)
    if second is None or not is_surrogate_pair(first, second):
        kind = "high" if first <= "\udbff" else "low"
        argument(
            f"Found a {kind} surrogate char without a preceding {'high' if kind == 'low' else 'low'} surrogate at index: {index}. The input may not be in this encoding, or may not contain valid Unicode (UTF-16) characters.",
            "s",
        )
    return to_utf32(first, second)


@CHAR.member("static char ToUpperInvariant(char c)", "static char ToUpper(char c)", settings=True)
def to_upper(settings: ExpressionSettings, character: str) -> str:
    """Return the capital letter."""
    return capitals(character, by_culture=settings.is_cultured)


@CHAR.member("static char ToLowerInvariant(char c)", "static char ToLower(char c)", settings=True)
def to_lower(settings: ExpressionSettings, character: str) -> str:
    """Return the small letter."""
    return small_letters(character, by_culture=settings.is_cultured)


@CHAR.member("static double GetNumericValue(char c)")
def numeric_value(character: str) -> float:
    """Return the number that a character means, or -1."""
    return float(unicodedata.numeric(character, -1.0))


@CHAR.member("static double GetNumericValue(string s, int index)")
def numeric_value_at(text: str | None, index: int) -> float:
    """Return the number that the character at a place means, or -1."""
    return numeric_value(_at(text, index))


CHAR.inline("static string ToString(char c)", "{0}")
CHAR.inline("string ToString()", "{0}")
CHAR.inline("bool Equals(char obj)", "({0} == {1})")


@CHAR.member("static char Parse(string s)")
def parse_char(text: str | None) -> str:
    """Return a text of one character as one."""
    if text is None:
        argument_null("s")
    if len(text) != 1:
        format_error("String must be exactly one character long.")
    return text


@CHAR.member("static bool TryParse(string s, out char result)")
def try_parse_char(text: str | None) -> tuple[bool, str]:
    """Return a text of one character as one, without throwing."""
    return (True, text) if text is not None and len(text) == 1 else (False, "\0")


@CHAR.member("int CompareTo(char value)")
def compare_char(left: str, right: str) -> int:
    """Order by number."""
    return ord(left) - ord(right)


@CHAR.member("static string ConvertFromUtf32(int utf32)")
def from_utf32(code: int) -> str:
    """Return the text of a code point."""
    if not 0 <= code <= sys.maxunicode or "\ud800" <= chr(code) <= "\udfff":
        out_of_range(
            "utf32",
            "A valid UTF32 value is between 0x000000 and 0x10ffff, inclusive, and should not include surrogate "
            "codepoint values (0x00d800 ~ 0x00dfff).",
        )
    return chr(code)


@CHAR.member("int CompareTo(object value)")
def compare_char_object(left: str, right: object) -> int:
    """Order by number."""
    if right is None:
        return 1
    if not isinstance(right, Char):
        argument("Object must be of type Char.")
    return ord(left) - ord(right)


# --- Boolean ---------------------------------------------------------------------------------------------------------

BOOLEAN.constant("string TrueString", "True")
BOOLEAN.constant("string FalseString", "False")
_BOOLEANS = {"true": True, "false": False}


def read_boolean(text: str) -> bool | None:
    """Return the boolean that a text means, or None."""
    return _BOOLEANS.get(text.strip(" \t\n\r\v\f\0\xa0").lower())


@BOOLEAN.member("static bool Parse(string value)")
def parse_boolean(text: str | None) -> bool:
    """Parse `true` or `false`, in any case."""
    if text is None:
        argument_null("value")
    value = read_boolean(text)
    if value is None:
        format_error(f"String '{text}' was not recognized as a valid Boolean.")
    return value


@BOOLEAN.member("static bool TryParse(string value, out bool result)")
def try_parse_boolean(text: str | None) -> tuple[bool, bool]:
    """Parse without throwing."""
    value = None if text is None else read_boolean(text)
    return value is not None, bool(value)


BOOLEAN.inline("string ToString()", "('True' if {0} else 'False')")
BOOLEAN.inline("bool Equals(bool obj)", "({0} == {1})")
BOOLEAN.member("bool Equals(object obj)")(equals)


@BOOLEAN.member("int CompareTo(bool value)")
def compare_boolean(left: bool, right: bool) -> int:  # noqa: FBT001 - C#'s signature
    """Order false before true."""
    return int(left) - int(right)


@BOOLEAN.member("int CompareTo(object obj)")
def compare_boolean_object(left: bool, right: object) -> int:  # noqa: FBT001 - C#'s signature
    """Order false before true."""
    if right is None:
        return 1
    if not isinstance(right, bool):
        argument("Object must be of type Boolean.")
    return int(left) - int(right)
