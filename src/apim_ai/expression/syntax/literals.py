"""The values of C# literals: escapes in strings, numbers with suffixes."""

from __future__ import annotations

import re
from decimal import Decimal

from apim_ai.expression.syntax.problem import Problem, SyntaxFault

__all__ = ["number", "unescape"]

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{1,4})|(.))", re.DOTALL)
_SIMPLE = {
    "'": "'", '"': '"', "\\": "\\", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t",
    "v": "\v",
}  # fmt: skip
_STRAY_SEPARATOR = re.compile(r"_[uUlL]*$|^(?!0[xX]).*(?:_[fFdDmMeE.]|\._|[eE][+-]?_)")
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def unescape(raw: str, offset: int) -> str:
    """Return the content of a regular string literal.

    Args:
        raw: the text between the quotes.
        offset: where it begins, for messages.

    Raises:
        SyntaxFault: an escape that C# does not know.
    """
    if "\\" not in raw:
        return raw

    def replace(found: re.Match[str]) -> str:
        short, long, loose, other = found.groups()
        digits = short or long or loose
        if digits:
            code = int(digits, 16)
            if code <= 0x10FFFF:  # noqa: PLR2004 - the last code point
                return chr(code)
        elif other in _SIMPLE:
            return _SIMPLE[other]
        start = offset + found.start()
        help_ = 'double the backslash, or write a verbatim string @"…"'
        raise SyntaxFault(Problem("AIM201", f"unrecognized escape sequence '{found.group()}'", start, start + 2, help_))

    return join_surrogates(_ESCAPE.sub(replace, raw))


def join_surrogates(text: str) -> str:
    """Return the text with each pair of surrogates as the one character it means."""
    return _SURROGATES.sub(lambda pair: pair.group().encode("utf-16", "surrogatepass").decode("utf-16"), text)


_LAST_SINGLE = 3.4028235677973366e38  # half a step above the largest float: from here on C# refuses
_LIMITS = (("System.Int32", 2**31), ("System.UInt32", 2**32), ("System.Int64", 2**63), ("System.UInt64", 2**64))


def number(text: str, start: int) -> tuple[str, object]:
    """Return (.NET type, value) of a numeric literal.

    Raises:
        SyntaxFault: the literal is malformed or too large.
    """
    plain = text.replace("_", "").lower()
    end = start + len(text)
    if "_" in text and _STRAY_SEPARATOR.search(text):
        raise SyntaxFault(Problem("AIM201", f"invalid number '{text}'", start, end, "a '_' stands between digits"))
    if plain.startswith(("0x", "0b")):
        digits = plain.rstrip("ul")
        if len(digits) == len("0x"):
            raise SyntaxFault(Problem("AIM201", f"invalid number '{text}'", start, end))
        return _integer(int(digits, 0), plain[len(digits) :], start, end)
    digits = plain.rstrip("ulfdm")
    suffix = plain[len(digits) :]
    if len(suffix) > 1 and suffix not in ("ul", "lu"):
        raise SyntaxFault(Problem("AIM201", f"invalid number '{text}'", start, end))
    if suffix == "m":
        number = Decimal(digits)
        exponent = number.as_tuple().exponent
        return "System.Decimal", Decimal(int(number)) if isinstance(exponent, int) and exponent > 0 else number
    if suffix == "f":
        if float(digits) >= _LAST_SINGLE:
            raise SyntaxFault(_out_of_range("float", start, end))
        return "System.Single", _single(float(digits))
    if suffix == "d" or "." in digits or "e" in digits:
        value = float(digits)
        if value in (float("inf"), float("-inf")):
            raise SyntaxFault(_out_of_range("double", start, end))
        return "System.Double", value
    return _integer(int(digits), suffix, start, end)


def _out_of_range(type_name: str, start: int, end: int) -> Problem:
    return Problem("AIM201", f"floating-point constant is outside the range of type '{type_name}'", start, end)


def _single(value: float) -> float:
    import struct  # noqa: PLC0415 - rare

    return struct.unpack("f", struct.pack("f", value))[0]


def _integer(value: int, suffix: str, start: int, end: int) -> tuple[str, object]:
    for name, limit in _LIMITS:
        if "u" in suffix and name in ("System.Int32", "System.Int64"):
            continue
        if "l" in suffix and name in ("System.Int32", "System.UInt32"):
            continue
        if value < limit:
            return name, value
    raise SyntaxFault(Problem("AIM201", "integral constant is too large", start, end))
