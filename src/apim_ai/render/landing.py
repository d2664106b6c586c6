"""Where in a policy document a value lands: a scanner that is fed the text before it, piece by piece.

It follows the rules by which the gateway finds C# in a `rawxml` document: a value of an attribute or the text of an
element is an expression when it begins with `@(` or `@{`, up to the matching bracket; strings, characters and comments
of C# are opaque; an interpolated string's holes are code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto

__all__ = ["Landing", "Place"]


class Place(Enum):
    """A kind of place for a value."""

    TEXT = auto()
    TAG = auto()
    ATTRIBUTE = auto()
    COMMENT = auto()
    CDATA = auto()
    CODE = auto()
    STRING = auto()
    VERBATIM = auto()
    INTERPOLATED = auto()
    INTERPOLATED_VERBATIM = auto()
    CHARACTER = auto()
    CODE_COMMENT = auto()


_CLOSERS = {"(": ")", "[": "]", "{": "}"}

_TEXT_STOP = re.compile(r"<!--|<!\[CDATA\[|<|@[({]")
_ATTRIBUTE_STOPS = {quote: re.compile(rf"{quote}|@[({{]") for quote in ("'", '"')}
_TAG_STOP = re.compile(r"[\"'>]")
_CODE_STOP = re.compile(r'\$@"|@\$"|@"|\$"|"|\'|//|/\*|[()\[\]{}]')
_STOPS: dict[Place, re.Pattern[str]] = {
    Place.COMMENT: re.compile(r"-->"),
    Place.CDATA: re.compile(r"\]\]>"),
    Place.STRING: re.compile(r'\\.|"|\n', re.DOTALL),
    Place.VERBATIM: re.compile(r'""|"'),
    Place.INTERPOLATED: re.compile(r'\\.|\{\{|\}\}|\{|"|\n', re.DOTALL),
    Place.INTERPOLATED_VERBATIM: re.compile(r'""|\{\{|\}\}|\{|"'),
    Place.CHARACTER: re.compile(r"\\.|'|\n", re.DOTALL),
}
_OPENERS: dict[str, Place] = {
    '"': Place.STRING,
    '@"': Place.VERBATIM,
    '$"': Place.INTERPOLATED,
    '$@"': Place.INTERPOLATED_VERBATIM,
    '@$"': Place.INTERPOLATED_VERBATIM,
    "'": Place.CHARACTER,
}


@dataclass(slots=True)
class Landing:
    """The state of the scanner. `place` is where a value would land now.

    Attributes:
        place: the kind of place.
        quote: the quote of the attribute that is open, or an empty text.
        at_start: whether nothing but white space precedes in this attribute or element text.
    """

    place: Place = Place.TEXT
    quote: str = ""
    at_start: bool = True
    _stack: list[str] = field(default_factory=list[str])
    _strings: list[Place] = field(default_factory=list[Place])
    _line_comment: bool = False

    def feed(self, text: str) -> None:
        """Go on over template text."""
        position = 0
        while position < len(text):
            position = self._step(text, position)

    def value(self, *, blank: bool) -> None:
        """Go on over a value that was put here; `blank` says that it is white space only."""
        self.at_start = self.at_start and blank

    @property
    def is_in_code(self) -> bool:
        """Whether the place is inside a C# expression."""
        return bool(self._stack)

    @property
    def is_in_hole(self) -> bool:
        """Whether the place is code directly inside the braces of an interpolated string."""
        return self.place is Place.CODE and self._stack[-2:-1] == ["$"]

    def _step(self, text: str, position: int) -> int:
        """Go on to the next change of place and return the position behind it."""
        match self.place:
            case Place.TEXT:
                return self._text(text, position)
            case Place.TAG:
                return self._tag(text, position)
            case Place.ATTRIBUTE:
                return self._attribute(text, position)
            case Place.COMMENT | Place.CDATA:
                return self._until_end(text, position)
            case Place.CODE:
                return self._code(text, position)
            case Place.CODE_COMMENT:
                return self._code_comment(text, position)
            case _:
                return self._string(text, position)

    def _text(self, text: str, position: int) -> int:
        match = _TEXT_STOP.search(text, position)
        end = match.start() if match else len(text)
        if text[position:end].strip():
            self.at_start = False
        if match is None:
            return len(text)
        if match.group() == "<!--":
            self.place = Place.COMMENT
        elif match.group() == "<![CDATA[":
            self.place = Place.CDATA
        elif match.group() == "<":
            self.place = Place.TAG
        else:
            return self._maybe_code(match)
        return match.end()

    def _tag(self, text: str, position: int) -> int:
        match = _TAG_STOP.search(text, position)
        if match is None:
            return len(text)
        self.at_start = True
        if match.group() == ">":
            self.place = Place.TEXT
        else:
            self.place, self.quote = Place.ATTRIBUTE, match.group()
        return match.end()

    def _attribute(self, text: str, position: int) -> int:
        match = _ATTRIBUTE_STOPS[self.quote].search(text, position)
        end = match.start() if match else len(text)
        if text[position:end].strip():
            self.at_start = False
        if match is None:
            return len(text)
        if match.group() == self.quote:
            self.place, self.quote = Place.TAG, ""
            return match.end()
        return self._maybe_code(match)

    def _maybe_code(self, match: re.Match[str]) -> int:
        """Enter C# where a value begins with it; elsewhere `@(` is plain text."""
        if self.at_start:
            self._stack.append(_CLOSERS[match.group()[1]])
            self.place = Place.CODE
        self.at_start = False
        return match.end()

    def _code(self, text: str, position: int) -> int:
        match = _CODE_STOP.search(text, position)
        if match is None:
            return len(text)
        found = match.group()
        if found in _OPENERS:
            self._enter_string(_OPENERS[found])
        elif found in {"//", "/*"}:
            self.place, self._line_comment = Place.CODE_COMMENT, found == "//"
        elif found in _CLOSERS:
            self._stack.append(_CLOSERS[found])
        elif self._stack and found == self._stack[-1]:
            self._close()
        return match.end()

    def _close(self) -> None:
        """Leave a bracket; the last one ends the expression, an interpolation hole's goes back to its string."""
        self._stack.pop()
        if not self._stack:
            self.place = Place.ATTRIBUTE if self.quote else Place.TEXT
        elif self._stack[-1] == "$":
            self._stack.pop()
            self.place = self._strings[-1]

    def _enter_string(self, place: Place) -> None:
        self.place = place
        self._strings.append(place)

    def _string(self, text: str, position: int) -> int:
        match = _STOPS[self.place].search(text, position)
        if match is None:
            return len(text)
        found = match.group()
        if found == "{":
            self._stack.extend(("$", "}"))
            self.place = Place.CODE
        elif found in {'"', "'", "\n"}:
            self._strings.pop()
            self.place = Place.CODE
        return match.end()

    def _code_comment(self, text: str, position: int) -> int:
        end = "\n" if self._line_comment else "*/"
        found = text.find(end, position)
        if found < 0:
            return len(text)
        self.place = Place.CODE
        return found + len(end)

    def _until_end(self, text: str, position: int) -> int:
        match = _STOPS[self.place].search(text, position)
        if match is None:
            return len(text)
        self.place, self.at_start = Place.TEXT, False
        return match.end()
