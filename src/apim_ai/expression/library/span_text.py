"""Durations as text: .NET's formats of TimeSpan and the readers of its texts, in ticks."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NoReturn

from apim_ai.expression.exceptions import ClrException, format_error

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["constant_text", "format_span", "read_span", "read_span_exact"]

_SECOND = 10_000_000
_MINUTE, _HOUR, _DAY = 60 * _SECOND, 3600 * _SECOND, 86_400 * _SECOND
_UNITS = {"d": _DAY, "h": _HOUR, "m": _MINUTE, "s": _SECOND}
_LIMITS = {"d": 10_675_199, "h": 23, "m": 59, "s": 59}
_PLACES = 7
_LARGEST_FRACTION = 9_999_999
_TOO_LARGE = 2**28
_MOST_NUMBERS = 5


# --- writing ---------------------------------------------------------------------------------------------------------


def constant_text(ticks: int) -> str:
    """Return the text in the format `c`."""
    days, rest = divmod(abs(ticks), _DAY)
    seconds, fraction = divmod(rest, _SECOND)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if days:
        text = f"{days}.{text}"
    if fraction:
        text += f".{fraction:07d}"
    return "-" + text if ticks < 0 else text


_PIECE = re.compile(
    r"""\\(?P<escaped>.?)|(?P<quote>['"])(?P<quoted>(?:\\.|(?!\\|(?P=quote)).)*)(?P<end>(?P=quote)?)|%(?P<single>[^%])"""
    r"""|(?P<field>d+|h+|m+|s+|f+|F+)|(?P<other>.)""",
    re.DOTALL,
)
_WIDEST = {"d": 8, "h": 2, "m": 2, "s": 2, "f": _PLACES, "F": _PLACES}


def format_span(ticks: int, shape: str) -> str:
    """Return a duration in a standard or custom format.

    Raises:
        ClrException: FormatException.
    """
    if shape in ("c", "t", "T", ""):
        return constant_text(ticks)
    if shape in ("g", "G"):
        return ("-" if ticks < 0 else "") + _general(abs(ticks), shape)
    if len(shape) == 1:
        format_error()
    return "".join([_piece(match, lambda field: _field(field, abs(ticks))) for match in _PIECE.finditer(shape)])


def _piece(match: re.Match[str], on_field: Callable[[str], str]) -> str:
    """Return what one piece of a custom format writes, or what stands for it where a text is read."""
    field = match["field"] or match["single"]
    if field is not None:
        if field[0] not in _WIDEST or len(field) > _WIDEST[field[0]]:
            format_error()
        return on_field(field)
    if match["quote"] is not None:
        if not match["end"]:
            format_error(f"Cannot find a matching quote character for the character '{match['quote']}'.")
        return re.sub(r"\\(.)", r"\1", match["quoted"])
    if not match["escaped"]:
        format_error()
    return match["escaped"]


def _field(field: str, ticks: int) -> str:
    letter = field[0]
    if letter in "fF":
        text = f"{ticks % _SECOND:07d}"[: len(field)]
        return text.rstrip("0") if letter == "F" else text
    number = ticks // _UNITS[letter]
    return str(number if letter == "d" else number % (_LIMITS[letter] + 1)).rjust(len(field), "0")


def _general(ticks: int, shape: str) -> str:
    days, rest = divmod(ticks, _DAY)
    seconds, fraction = divmod(rest, _SECOND)
    hours = seconds // 3600
    if shape == "G":
        return f"{days}:{hours:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{fraction:07d}"
    text = f"{hours}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    tail = f".{fraction:07d}".rstrip("0") if fraction else ""
    return (f"{days}:" if days else "") + text + tail


# --- reading ---------------------------------------------------------------------------------------------------------

_TEXT = re.compile(r"(-?)([0-9]+)((?:[:.][0-9]+){0,4})", re.ASCII)
_INVARIANT = {
    "": "d", ":": "hm", "::": "hms", ".:": "dhm", ":.": "hmf", "::.": "hmsf", ".::": "dhms", ".:.": "dhmf",
    ".::.": "dhmsf",
}  # fmt: skip
_LOCAL = {
    "": "d", ":": "hm", "::": "hms dhm", ":.": "hmf", "::.": "hmsf dhmf", ":::": "dhms", ":::.": "dhmsf",
}  # fmt: skip


def read_span(text: str) -> int | None:
    """Return the ticks of the duration that a text means, or None.

    Raises:
        ClrException: OverflowException where a part is out of its range.
    """
    return _read(text, (_INVARIANT, _LOCAL))


def _read(text: str, tables: tuple[dict[str, str], ...]) -> int | None:
    _check_sizes(text)
    found = _TEXT.fullmatch(text.strip())
    if found is None:
        return None
    marks = re.sub("[0-9]", "", found[3])
    numbers = [found[2], *re.findall("[0-9]+", found[3])]
    shapes = [shape for table in tables for shape in table.get(marks, "").split()]
    for shape in shapes:
        ticks = _ticks(dict(zip(shape, numbers, strict=True)), is_negative=bool(found[1]))
        if ticks is not None:
            return ticks
    if shapes:
        _overflow(text)
    return None


def _check_sizes(text: str) -> None:
    """Refuse a number that is too large for any part, wherever it stands, before the form of the text is looked at."""
    if any(int(number) >= _TOO_LARGE for number in re.findall("[0-9]+", text)[:_MOST_NUMBERS]):
        _overflow(text)


def _overflow(text: str) -> NoReturn:
    raise ClrException(
        "System.OverflowException",
        f"The TimeSpan string '{text}' could not be parsed because at least one of the numeric components is out of "
        "range or contains too many digits.",
    )


def _ticks(parts: dict[str, str], *, is_negative: bool) -> int | None:
    """Return the ticks of parts, or None where one is out of its range."""
    total = 0
    for letter, digits in parts.items():
        if letter == "f":
            fraction = _fraction(digits)
            if fraction is None:
                return None
            total += fraction
        elif int(digits) > _LIMITS[letter]:
            return None
        else:
            total += int(digits) * _UNITS[letter]
    if total > 2**63 - (not is_negative):
        return None
    return -total if is_negative else total


def _fraction(digits: str) -> int | None:
    """Return the ticks of digits behind the point; more than seven are rounded, where they begin with a zero."""
    number = int(digits)
    if number == 0:
        return 0
    if digits[0] != "0" and number > _LARGEST_FRACTION:
        return None
    if len(digits) <= _PLACES:
        return number * 10 ** (_PLACES - len(digits))
    return math.floor(number / 10 ** (len(digits) - _PLACES) + 0.5)


def read_span_exact(text: str, shape: str) -> int | None:
    """Return the ticks of a duration in a standard or custom format, or None where the text is not in it.

    Raises:
        ClrException: FormatException for a wrong format, OverflowException where a part is out of its range.
    """
    if not shape:
        format_error(f"Format specifier '{shape}' was invalid.")
    if shape in ("c", "t", "T"):
        return _read(text, ({marks: each for marks, each in _INVARIANT.items() if "f" not in each or "s" in each},))
    if shape in ("g", "G"):
        return _read(text, ({":::.": "dhmsf"} if shape == "G" else _LOCAL,))
    if len(shape) == 1:
        format_error()
    return _read_custom(text, shape)


def _read_custom(text: str, shape: str) -> int | None:
    fields: list[str] = []

    def pattern(field: str) -> str:
        fields.append(field)
        width = len(field)
        digits = f"{{{width}}}" if field[0] == "f" or (width > 1 and field[0] != "F") else f"{{0,{width}}}"
        return f"([0-9]{'{1,8}' if field == 'd' else '{1,2}' if field[0] in 'hms' and width == 1 else digits})"

    pieces = [
        _piece(match, pattern) if match["field"] or match["single"] else re.escape(_piece(match, pattern))
        for match in _PIECE.finditer(shape)
    ]
    found = re.fullmatch("".join(pieces), text, re.DOTALL)
    if found is None or len({field[0].lower() for field in fields}) < len(fields):
        return None
    parts = {field[0].lower(): number or "0" for field, number in zip(fields, found.groups(), strict=True)}
    if any(int(number) > _LIMITS[letter] for letter, number in parts.items() if letter in "hms"):
        return None
    return _ticks(parts, is_negative=False)
