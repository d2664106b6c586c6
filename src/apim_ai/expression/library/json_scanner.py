"""Reads JSON token by token as Newtonsoft's JsonTextReader does: as leniently, and with its words, places and paths.

What the quick parser refuses comes here: single quotes, comments, names without quotes, `NaN`, and what is no JSON at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from apim_ai.expression.exceptions import ClrException
from apim_ai.expression.library.json_parts import path_name
from apim_ai.expression.library.utf16 import length, whole

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["READER_ERROR", "Mark", "Scanner"]

READER_ERROR = "Newtonsoft.Json.JsonReaderException"
_MAX_DEPTH = 400
_LONGEST_INTEGER = 380
_WHITE = frozenset(
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_NUMERIC = frozenset("-+.abcdefxABCDEFX0123456789")
_AFTER_NUMBER = frozenset(",}])/")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "\\": "\\", '"': '"', "'": "'", "/": "/"}
_REPLACEMENT = "\ufffd"
_PLAIN = re.compile(r"[^\"'\\\r\n]+")
_CLOSERS = {"EndObject": "Object", "EndArray": "Array"}
_WORDS: dict[str, tuple[str, str, object, str]] = {
    "t": ("true", "Boolean", True, "boolean"),
    "f": ("false", "Boolean", False, "boolean"),
    "u": ("undefined", "Undefined", None, "undefined"),
    "N": ("NaN", "Float", float("nan"), "NaN"),
    "I": ("Infinity", "Float", float("inf"), "Infinity"),
}


class _Place:
    """Where the reader stands in a container: at a name of an object, or at an index of an array."""

    __slots__ = ("index", "kind", "name")

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.name: str | None = None
        self.index = -1

    def step(self) -> str:
        """Return the step of a path."""
        return f"[{self.index}]" if self.kind == "Array" else path_name(self.name or "")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text; its text is the end of messages about it."""

    text: str
    path: str
    line: int
    line_start: int
    position: int

    def __str__(self) -> str:
        column = length(self.text[self.line_start : self.position])
        return f"Path '{self.path}', line {self.line}, position {column}."


class Scanner:
    """A JsonTextReader over a text. `kind` and `value` are the token that `read` has found, `written` is a scalar's text.

    `start` is where a value's token begins.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.end = len(text)
        self.position = 0
        self.line, self.line_start = 1, 0
        self.state = "Start"
        self.kind = "None"
        self.value: object = None
        self.written = ""
        self.start = 0
        self.places: list[_Place] = []

    # --- complaining -------------------------------------------------------------------------------------------------

    @property
    def path(self) -> str:
        """The path of the token at hand."""
        places = self.places[:-1] if self.state in ("ArrayStart", "ObjectStart") else self.places
        return "".join(place.step() for place in places).removeprefix(".")

    def mark(self, position: int | None = None, path: str | None = None) -> Mark:
        """Return the place at hand, or another one on this line."""
        at = self.position if position is None else position
        is_before = self.state == "Start" and at == self.line_start and self.kind != "Comment"
        line = 0 if is_before else self.line
        return Mark(self.text, self.path if path is None else path, line, self.line_start, at)

    def error(self, message: str, type_name: str = READER_ERROR) -> ClrException:
        """Return what to raise, with the place."""
        return ClrException(type_name, f"{message if message.endswith('.') else message + '.'} {self.mark()}")

    def _unexpected(self, character: str) -> ClrException:
        return self.error(f"Unexpected character encountered while parsing value: {character}.")

    # --- reading -----------------------------------------------------------------------------------------------------

    def read(self) -> bool:
        """Go to the next token; false at the end of the text."""
        while True:
            if self.state in ("Object", "ObjectStart"):
                return self._in_object()
            if self.state == "Finished":
                return self._finished()
            if self.state != "PostValue":
                return self._value()
            if self._behind_value():
                return True

    def read_content(self) -> bool:
        """Go to the next token that is no comment."""
        while self.read():
            if self.kind != "Comment":
                return True
        return False

    def _finished(self) -> bool:
        self._space()
        if self.position >= self.end:
            self.kind = "None"
            return False
        if self.text[self.position] == "/":
            self._comment()
            return True
        raise self.error(
            f"Additional text encountered after finished reading JSON content: {self.text[self.position]}."
        )

    def _found(self, kind: str, value: object = None) -> bool:
        """Take a token; what is a value ends one."""
        self.kind, self.value = kind, value
        return True

    def _open(self, opener: str) -> bool:
        kind = "Object" if opener == "{" else "Array"
        self.position += 1
        self._count()
        self.kind, self.state = f"Start{kind}", f"{kind}Start"
        self.places.append(_Place(kind))
        if len(self.places) > _MAX_DEPTH:
            raise self.error(f"The reader's MaxDepth of {_MAX_DEPTH} has been exceeded.")
        return True

    def _close(self, kind: str) -> bool:
        self.kind = kind
        current = self.places.pop().kind if self.places else "None"
        if current != _CLOSERS.get(kind):
            raise self.error(f"JsonToken {kind} is not valid for closing JsonType {current}.")
        self._ended()
        return True

    def _ended(self) -> None:
        self.state = "PostValue" if self.places else "Finished"

    def _count(self) -> None:
        if self.places and self.places[-1].kind == "Array":
            self.places[-1].index += 1

    def _scalar(self, kind: str, value: object) -> bool:
        self._ended()
        self._count()
        return self._found(kind, value)

    # --- between values ----------------------------------------------------------------------------------------------

    def _step(self, character: str) -> bool:
        """Go past white space; false where something else stands."""
        if character in ("\r", "\n"):
            self._new_line(character)
        elif character in _WHITE or character == "\0":
            self.position += 1
        else:
            return False
        return True

    def _new_line(self, character: str) -> None:
        self.position += 1
        if character == "\r" and self.position + 1 < self.end and self.text[self.position] == "\n":
            self.position += 1
        self.line += 1
        self.line_start = self.position

    def _space(self) -> None:
        while self.position < self.end and self._step(self.text[self.position]):
            pass

    def _behind_value(self) -> bool:
        """Read what follows a value; true where that is a token."""
        self._space()
        if self.position >= self.end:
            self.state = "Finished"
            return False
        character = self.text[self.position]
        if character in "}])":
            self.position += 1
            return self._close({"}": "EndObject", "]": "EndArray", ")": "EndConstructor"}[character])
        if character == "/":
            self._comment()
            return True
        if character == ",":
            self.position += 1
            self.state = self.places[-1].kind if self.places else "Start"
            return False
        raise self.error(f"After parsing a value an unexpected character was encountered: {character}.")

    def _in_object(self) -> bool:
        self._space()
        if self.position >= self.end:
            return False
        character = self.text[self.position]
        if character == "}":
            self._close("EndObject")
            self.position += 1
            return True
        if character == "/":
            self._comment()
            return True
        return self._property(character)

    def _property(self, character: str) -> bool:
        if character in "\"'":
            name = self._string(character)
        elif character.isalnum() or character in "_$":
            name = self._bare_name()
        else:
            raise self.error(f"Invalid property identifier character: {character}.")
        self._space()
        found = self.text[self.position : self.position + 1] or "\0"
        if found != ":":
            raise self.error(f"Invalid character after parsing property name. Expected ':' but got: {found}.")
        self.position += 1
        self.state = "Property"
        self.places[-1].name = name
        return self._found("PropertyName", name)

    def _bare_name(self) -> str:
        start = self.position
        while self.position < self.end:
            character = self.text[self.position]
            if character in _WHITE or character in ":\0":
                return self.text[start : self.position]
            if not (character.isalnum() or character in "_$"):
                raise self.error(f"Invalid JavaScript property identifier character: {character}.")
            self.position += 1
        raise self.error("Unexpected end while parsing unquoted property name.")

    def _comment(self) -> None:
        self.position += 1
        if self.position + 1 >= self.end:
            raise self.error("Unexpected end while parsing comment.")
        opener = self.text[self.position]
        if opener not in "*/":
            raise self.error(f"Error parsing comment. Expected: *, got {opener}.")
        self.position += 1
        start = self.position
        if opener == "/":
            while self.position < self.end and self.text[self.position] not in "\r\n":
                self.position += 1
            self._found("Comment", self.text[start : self.position])
            return
        while not self.text.startswith("*/", self.position):
            if self.position >= self.end:
                raise self.error("Unexpected end while parsing comment.")
            character = self.text[self.position]
            if character in "\r\n":
                self._new_line(character)
            else:
                self.position += 1
        self._found("Comment", self.text[start : self.position])
        self.position += 2

    # --- values ------------------------------------------------------------------------------------------------------

    def _value(self) -> bool:
        self._space()
        if self.position >= self.end:
            return False
        self.start = self.position
        character = self.text[self.position]
        reader = self._readers.get(character)
        if reader is not None:
            return reader(self, character)
        if character in _WORDS:
            return self._word(*_WORDS[character])
        if character.isnumeric() or character == ".":
            return self._number()
        raise self._unexpected(character)

    def _quoted(self, quote: str) -> bool:
        self.written = self._string(quote)
        return self._scalar("String", self.written)

    def _null_or_new(self, _character: str) -> bool:
        following = self.text[self.position + 1 : self.position + 2]
        if following == "u":
            return self._word("null", "Null", None, "null")
        if not following:
            self.position += 1
            raise self.error("Unexpected end when reading JSON.")
        if following == "e":
            raise self._constructor()
        raise self._unexpected("n")

    def _constructor(self) -> ClrException:
        if not self._match("new"):
            raise self.error("Unexpected content while parsing JSON.")
        self._space()
        while self.position < self.end and self.text[self.position].isalnum():
            self.position += 1
        found = self.text[self.position : self.position + 1]
        if not found:
            raise self.error("Unexpected end while parsing constructor.")
        if found != "(" and found not in _WHITE:
            raise self.error(f"Unexpected character while parsing constructor: {found}.")
        return self.error("Constructors are not read by the local gateway.")

    def _minus(self, _character: str) -> bool:
        if self.text.startswith("I", self.position + 1):
            return self._word("-Infinity", "Float", float("-inf"), "-Infinity")
        return self._number()

    def _undefined(self, _character: str) -> bool:
        return self._scalar("Undefined", None)  # the comma is read again

    def _end_array(self, _character: str) -> bool:
        self.position += 1
        return self._close("EndArray")

    def _end_constructor(self, _character: str) -> bool:
        self.position += 1
        return self._close("EndConstructor")

    def _slash(self, _character: str) -> bool:
        self._comment()
        return True

    def _match(self, word: str) -> bool:
        """Go past a word that a separator follows."""
        if self.position + len(word) > self.end:
            self.position = self.end
            raise self.error("Unexpected end when reading JSON.")
        for wanted in word:
            if self.text[self.position] != wanted:
                return False
            self.position += 1
        following = self.text[self.position : self.position + 2]
        return not following or following[0] in "}],\0" or following[0] in _WHITE or following in ("/*", "//")

    def _word(self, word: str, kind: str, value: object, name: str) -> bool:
        if not self._match(word):
            raise self.error(f"Error parsing {name} value.")
        self.written = word
        return self._scalar(kind, value)

    def _number(self) -> bool:
        start = self.position
        while self.position < self.end and self.text[self.position] in _NUMERIC:
            self.position += 1
        following = self.text[self.position : self.position + 1]
        if following and following not in _AFTER_NUMBER and following not in _WHITE and following != "\0":
            raise self.error(f"Unexpected character encountered while parsing number: {following}.")
        self._ended()
        self._count()
        text = self.written = self.text[start : self.position]
        try:
            value = _number_of(text)
        except ValueError:
            self.kind = "Undefined"
            raise self.error(f"Input string '{text}' is not a valid number.") from None
        if isinstance(value, int) and len(text) > _LONGEST_INTEGER:
            raise self.error(f"JSON integer {text} is too large to parse.")
        return self._found("Float" if isinstance(value, float) else "Integer", value)

    def _string(self, quote: str) -> str:
        """Read a string in either kind of quotes."""
        self.position += 1
        parts: list[str] = []
        while True:
            if self.position >= self.end:
                raise self.error(f"Unterminated string. Expected delimiter: {quote}.")
            character = self.text[self.position]
            if character == quote:
                self.position += 1
                return whole("".join(parts))
            if character == "\\":
                parts.append(self._escape(quote))
                continue
            begin = self.position
            if character in "\r\n":
                self._new_line(character)
            else:
                plain = _PLAIN.match(self.text, begin)
                self.position = begin + 1 if plain is None else plain.end()
            parts.append(self.text[begin : self.position])

    def _escape(self, quote: str) -> str:
        self.position += 1
        if self.position >= self.end:
            raise self.error(f"Unterminated string. Expected delimiter: {quote}.")
        letter = self.text[self.position]
        self.position += 1
        if letter != "u":
            if letter not in _ESCAPES:
                raise self.error(f"Bad JSON escape sequence: \\{letter}.")
            return _ESCAPES[letter]
        return self._surrogates(self._unicode())

    def _surrogates(self, first: str) -> str:
        """Return a character with the second half of its pair; a half alone is replaced."""
        if not "\ud800" <= first <= "\udfff":
            return first
        done = ""
        while "\ud800" <= first <= "\udbff":
            if self.position + 2 >= self.end or not self.text.startswith("\\u", self.position):
                return done + _REPLACEMENT
            self.position += 2
            second = self._unicode()
            if "\udc00" <= second <= "\udfff":
                return done + first + second
            done += _REPLACEMENT
            if not "\ud800" <= second <= "\udbff":
                return done + second
            first = second
        return done + _REPLACEMENT

    def _unicode(self) -> str:
        if self.position + 4 >= self.end:
            raise self.error("Unexpected end while parsing Unicode escape sequence.")
        digits = self.text[self.position : self.position + 4]
        if any(each not in "0123456789abcdefABCDEF" for each in digits):
            raise self.error(f"Invalid Unicode escape sequence: \\u{digits}.")
        self.position += 4
        return chr(int(digits, 16))

    _readers: ClassVar[dict[str, Callable[[Scanner, str], bool]]] = {
        '"': _quoted, "'": _quoted, "n": _null_or_new, "-": _minus, ",": _undefined, "]": _end_array,
        ")": _end_constructor, "/": _slash, "{": _open, "[": _open,
    }  # fmt: skip


def _number_of(text: str) -> int | float:
    """Return a number as Newtonsoft reads it: with a leading nought it is octal or hexadecimal."""
    if text[0] == "0" and len(text) > 1 and text[1] not in ".eE":
        base = 16 if text[1] in "xX" else 8
        value = int(text, 16) if base == 16 else int(text, 8)  # noqa: PLR2004 - the two bases
        if value >= 2**64:
            raise ValueError(text)
        return value - 2**64 if value >= 2**63 else value
    bare = text.removeprefix("-")
    if bare.isdecimal() and bare.isascii():
        return int(text[: _LONGEST_INTEGER + 1])
    return float(text)
