"""Custom numeric formats (`#,##0.00;(0)`), written digit by digit as .NET's own formatter does."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Digits", "write_pattern"]

_NONE = 2**31
_LONGEST_EXPONENT = 10
_TOKEN = re.compile(
    r"""\\(?P<escaped>.?)|'(?P<single>[^']*)'?|"(?P<double>[^"]*)"?|(?P<exponent>[eE][+-]?0+)|(?P<plain>.)""", re.DOTALL
)
_ZERO, _NEGATIVE = 2, 1


@dataclass(slots=True)
class Digits:
    """A number as its decimal digits.

    Args:
        text: the significant digits; none for zero.
        scale: how many of them stand before the point.
        is_negative: its sign.
        has_negative_zero: whether it keeps its sign when it rounds to zero, as floating-point numbers of .NET Core do.
    """

    text: str
    scale: int
    is_negative: bool
    has_negative_zero: bool = False

    def round_at(self, place: int) -> None:
        """Round half away from zero to so many digits."""
        cut = max(place, 0)
        kept, rest = self.text[:cut], self.text[cut:]
        if place >= 0 and rest[:1] >= "5":
            kept = kept.rstrip("9")
            if kept:
                kept = kept[:-1] + chr(ord(kept[-1]) + 1)
            else:
                kept = "1"
                self.scale += 1
        else:
            kept = kept.rstrip("0")
        self.text = kept
        if not kept:
            self.become_zero()

    def become_zero(self) -> None:
        """Forget the scale, and the sign where there is no negative zero."""
        self.scale = 0
        self.is_negative = self.is_negative and self.has_negative_zero


@dataclass(slots=True)
class _Section:
    """One section of a format: what there is to write, and what its places mean."""

    tokens: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    places: int = 0
    point: int = -1
    first_zero: int = _NONE
    last_zero: int = 0
    is_scientific: bool = False
    is_grouped: bool = False
    shift: int = 0
    commas_at: int = -1
    commas: int = 0

    def add(self, kind: str, text: str) -> None:
        """Add a piece of the format."""
        self.tokens.append((kind, text))
        if kind == "digit":
            self._place(text)
        elif kind == "exponent":
            self.is_scientific = True
        elif kind == "point":
            self.point = self.places if self.point < 0 else self.point
        elif kind == "comma" and self.places > 0 > self.point:
            self._comma()
        elif kind == "scale":
            self.shift += 2 if text == "%" else 3

    def _place(self, text: str) -> None:
        if text == "0":
            self.first_zero = min(self.first_zero, self.places)
            self.last_zero = self.places + 1
        self.places += 1

    def _comma(self) -> None:
        if self.commas_at == self.places:
            self.commas += 1
            return
        self.is_grouped = self.is_grouped or self.commas_at >= 0
        self.commas_at, self.commas = self.places, 1

    def end(self) -> None:
        """Settle what the commas mean: thousands left out where they stand before the point, or groups."""
        if self.point < 0:
            self.point = self.places
        if self.commas_at == self.point:
            self.shift -= 3 * self.commas
        elif self.commas_at >= 0:
            self.is_grouped = True


_KINDS = {"0": "digit", "#": "digit", ".": "point", ",": "comma", "%": "scale", "\u2030": "scale"}


def _sections(shape: str) -> list[_Section]:
    found = [_Section()]
    for match in _TOKEN.finditer(shape):
        kind = match.lastgroup or ""
        text = match[kind]
        if kind == "plain" and text == ";":
            found.append(_Section())
        elif kind == "plain":
            found[-1].add(_KINDS.get(text, "text"), text)
        else:
            found[-1].add("exponent" if kind == "exponent" else "text", text)
    for section in found:
        section.end()
    return found


def _choose(sections: list[_Section], number: int) -> int:
    return number if number < len(sections) and sections[number].tokens else 0


def write_pattern(number: Digits, shape: str) -> str:
    """Return a number in a custom format.

    Args:
        number: its digits; they are rounded as the format wants.
        shape: the format, with up to three sections for positive numbers, negative ones and zero.
    """
    sections = _sections(shape)
    chosen = _choose(sections, _ZERO if not number.text else _NEGATIVE if number.is_negative else 0)
    while True:
        section = sections[chosen]
        if not number.text:
            number.become_zero()
            break
        number.scale += section.shift
        number.round_at(section.places if section.is_scientific else number.scale + section.places - section.point)
        if number.text or _choose(sections, _ZERO) == chosen:
            break
        chosen = _choose(sections, _ZERO)
    text = "".join(_Writer(section, number).pieces())
    return "-" + text if number.is_negative and chosen == 0 and (text or number.scale) else text


class _Writer:
    """Writes the pieces of a section with the digits of a number."""

    def __init__(self, section: _Section, number: Digits) -> None:
        self.section = section
        self.scale = number.scale
        self.is_zero = not number.text
        self.digits = number.text
        self.next = 0
        self.first = max(section.point - section.first_zero, 0)
        self.last = min(section.point - section.last_zero, 0)
        self.place = section.point if section.is_scientific else max(number.scale, section.point)
        self.surplus = 0 if section.is_scientific else number.scale - section.point
        total = self.place + min(self.surplus, 0)
        self.size = max(self.first, total)
        self.is_scientific = section.is_scientific
        self.has_point = False

    def pieces(self) -> Iterator[str]:
        """Yield what the section writes."""
        for kind, text in self.section.tokens:
            if kind in ("digit", "point"):
                while self.surplus > 0:
                    self.surplus -= 1
                    yield from self._write(self._take() or "0")
            if kind == "digit":
                yield from self._write(self._digit())
            elif kind == "point":
                yield self._point()
            elif kind == "exponent":
                yield self._exponent(text)
            elif kind != "comma":
                yield text

    def _take(self) -> str:
        digit = self.digits[self.next : self.next + 1]
        self.next += len(digit)
        return digit

    def _digit(self) -> str:
        if self.surplus < 0:
            self.surplus += 1
            return "0" if self.place <= self.first else ""
        return self._take() or ("0" if self.place > self.last else "")

    def _write(self, digit: str) -> Iterator[str]:
        if digit:
            yield digit
            if self.section.is_grouped and 1 < self.place <= self.size and self.place % 3 == 1:
                yield ","
        self.place -= 1

    def _point(self) -> str:
        wanted = self.last < 0 or (self.section.point < self.section.places and self.next < len(self.digits))
        if self.place != 0 or self.has_point or not wanted:
            return ""
        self.has_point = True
        return "."

    def _exponent(self, text: str) -> str:
        if not self.is_scientific:
            return text
        self.is_scientific = False
        exponent = 0 if self.is_zero else self.scale - self.section.point
        sign = "-" if exponent < 0 else "+" if text[1] == "+" else ""
        return f"{text[0]}{sign}{str(abs(exponent)).rjust(min(text.count('0'), _LONGEST_EXPONENT), '0')}"
