"""System.Char and System.Boolean."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import argument_null, format_error
from apim_ai.expression.library.boxes import Char
from apim_ai.expression.library.declare import clr_struct
from apim_ai.expression.library.equality import equals

if TYPE_CHECKING:
    from collections.abc import Callable

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


CHAR.member("static bool IsDigit(char c)")(_category("Nd"))
CHAR.member("static bool IsNumber(char c)")(_category("N"))
CHAR.member("static bool IsLetter(char c)")(_category("L"))
CHAR.member("static bool IsLetterOrDigit(char c)")(_category("L", "Nd"))
CHAR.member("static bool IsUpper(char c)")(_category("Lu"))
CHAR.member("static bool IsLower(char c)")(_category("Ll"))
CHAR.member("static bool IsPunctuation(char c)")(_category("P"))
CHAR.member("static bool IsSymbol(char c)")(_category("S"))
CHAR.member("static bool IsSeparator(char c)")(_category("Z"))
CHAR.member("static bool IsControl(char c)")(_category("Cc"))
CHAR.member("static bool IsSurrogate(char c)")(_category("Cs"))


@CHAR.member("static bool IsWhiteSpace(char c)")
def is_white_space(character: str) -> bool:
    """Whether it is white space."""
    return character.isspace() and character not in "\x1c\x1d\x1e\x1f"


@CHAR.member("static bool IsDigit(string s, int index)")
def is_digit_at(text: str, index: int) -> bool:
    """Whether the character at a place is a digit."""
    return unicodedata.category(text[index]) == "Nd"


@CHAR.member("static char ToUpperInvariant(char c)", "static char ToUpper(char c)")
def to_upper(character: str) -> str:
    """Return the capital letter."""
    return character.upper() if len(character.upper()) == 1 else character


@CHAR.member("static char ToLowerInvariant(char c)", "static char ToLower(char c)")
def to_lower(character: str) -> str:
    """Return the small letter."""
    return character.lower() if len(character.lower()) == 1 else character


@CHAR.member("static double GetNumericValue(char c)")
def numeric_value(character: str) -> float:
    """Return the number that a character means, or -1."""
    return float(unicodedata.numeric(character, -1.0))


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
    return chr(code)


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
