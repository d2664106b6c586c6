"""Integers in the bases 2, 8, 10 and 16, read and written as `Convert` does."""

from __future__ import annotations

from dataclasses import dataclass

from apim_ai.expression.exceptions import ClrException, argument, format_error, overflow

__all__ = ["from_base", "to_base"]

_TEN, _SIXTEEN = 10, 16
_BASES = (2, 8, _TEN, _SIXTEEN)
_DIGITS = "0123456789abcdef"
_TOO_LARGE = "Value was either too large or too small for "


@dataclass(frozen=True, slots=True)
class _Kind:
    """An integer type as its text is read: in a word of 32 or 64 bits, which it then has to fit into."""

    words: str
    bits: int
    is_signed: bool

    @property
    def word(self) -> int:
        """The bits of the word that the digits are gathered in."""
        return max(self.bits, 32)


_KINDS = {
    "SByte": _Kind("a signed byte", 8, is_signed=True), "Byte": _Kind("an unsigned byte", 8, is_signed=False),
    "Int16": _Kind("an Int16", 16, is_signed=True), "UInt16": _Kind("a UInt16", 16, is_signed=False),
    "Int32": _Kind("an Int32", 32, is_signed=True), "UInt32": _Kind("a UInt32", 32, is_signed=False),
    "Int64": _Kind("an Int64", 64, is_signed=True), "UInt64": _Kind("a UInt64", 64, is_signed=False),
}  # fmt: skip


def from_base(text: str | None, base: int, name: str) -> int:
    """Return `Convert.To<name>(text, base)`.

    Raises:
        ClrException: ArgumentException for another base, FormatException, OverflowException.
    """
    if base not in _BASES:
        argument("Invalid Base.")
    if text is None:
        return 0
    kind = _KINDS[name]
    sign, begin = _sign(text, base, kind)
    number, end = _gather(text, begin, base, kind)
    if end == begin:
        format_error("Could not find any recognizable digits.")
    if end < len(text):
        format_error("Additional non-parsable characters are at the end of the string.")
    return _fit(number, sign, base, kind)


def _sign(text: str, base: int, kind: _Kind) -> tuple[int, int]:
    """Return the sign, and where the digits begin."""
    if not text:
        index = "Index was out of range. Must be non-negative and less than the size of the collection."
        raise ClrException(
            "System.ArgumentOutOfRangeException",
            "Specified argument was out of the range of valid values.",
            parameter=index,
        )
    sign, begin = 1, int(text[0] in "+-")
    if text[0] == "-":
        if base != _TEN:
            argument("String cannot contain a minus sign if the base is not 10.")
        if not kind.is_signed:
            overflow("The string was being parsed as an unsigned number and could not have a negative sign.")
        sign = -1
    if base == _SIXTEEN and text[begin : begin + 2].lower() == "0x":
        begin += 2
    return sign, begin


def _gather(text: str, begin: int, base: int, kind: _Kind) -> tuple[int, int]:
    """Return the number that digits make, and where they end."""
    is_signed = base == _TEN and kind.is_signed
    most = 2 ** (kind.word - 1) if is_signed else 2**kind.word - 1
    allowed = _DIGITS[:base]
    number, place = 0, begin
    while place < len(text) and text[place].lower() in allowed:
        number = number * base + allowed.index(text[place].lower())
        if number > most:
            overflow(f"{_TOO_LARGE}{'an Int' if is_signed else 'a UInt'}{kind.word}.")
        place += 1
    return number, place


def _fit(number: int, sign: int, base: int, kind: _Kind) -> int:
    half = 2 ** (kind.bits - 1)
    if not kind.is_signed:
        if number >= 2 * half:
            overflow(f"{_TOO_LARGE}{kind.words}.")
        return number
    if base != _TEN and number < 2 * half:
        return number - 2 * half if number >= half else number
    if not -half <= number * sign < half:
        overflow(f"{_TOO_LARGE}{kind.words}.")
    return number * sign


def to_base(value: int, base: int, bits: int) -> str:
    """Write an integer to base 2, 8, 10 or 16; negative ones as two's complement."""
    if base not in _BASES:
        argument("Invalid Base.")
    if base == _TEN:
        return str(value)
    if value < 0:
        value &= (1 << bits) - 1
    return format(value, {2: "b", 8: "o", 16: "x"}[base])
