"""Reads JSON text: quickly where it is strict JSON, else as leniently as Newtonsoft, and with its complaints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from apim_ai.expression.exceptions import ClrException

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["parse_json", "reader_error"]

try:
    import orjson

    _quick: Callable[[str | bytes], object] = orjson.loads
except ImportError:  # the base install has no orjson
    import json

    _quick = json.loads

_MAX_DEPTH = 400
_WANTED: dict[str | None, type] = {"JObject": dict, "JArray": list, None: dict}
READER_ERROR = "Newtonsoft.Json.JsonReaderException"


def parse_json(text: str | bytes, wanted: str | None = None) -> object:
    """Return what JSON text is: dict, list, str, int, float, bool or None.

    The quick parser ends at 1,024 levels, the lenient one at 400; what walks a tree ends at Python's own limit, as an error.

    An integer beyond 64 bits inside strict JSON becomes a float, as the quick parser reads it.

    Args:
        text: the JSON.
        wanted: `JObject` or `JArray` where only that will do.

    Raises:
        ClrException: JsonReaderException with Newtonsoft's message.
    """
    try:
        value = _quick(text)
    except (ValueError, RecursionError):
        return _Reader(_decode(text), wanted).whole()
    if value.__class__ is _WANTED[wanted] or (wanted is None and value.__class__ is not float):
        return value
    return _Reader(_decode(text), wanted).whole()


def _decode(text: str | bytes) -> str:
    return text if isinstance(text, str) else bytes(text).decode("utf-8", "replace")


def reader_error(message: str) -> NoReturn:
    """Raise JsonReaderException."""
    raise ClrException(READER_ERROR, message)


_NUMBER = re.compile(r"[-+]?(?:0[xX][0-9a-fA-F]+|[0-9.][0-9.eE+-]*|Infinity)")
_WORD = re.compile(r"true|false|null|undefined|NaN|Infinity|-Infinity")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "\\": "\\", '"': '"', "'": "'", "/": "/"}
_WORDS: dict[str, object] = {
    "true": True, "false": False, "null": None, "undefined": None, "NaN": float("nan"), "Infinity": float("inf"),
    "-Infinity": float("-inf"),
}  # fmt: skip


class _Reader:
    """A recursive reader that knows its path and place."""

    def __init__(self, text: str, wanted: str | None) -> None:
        self.text = text.removeprefix("\ufeff")
        self.position = 0
        self.path: list[str] = []
        self.wanted = wanted

    # --- complaining --------------------------------------------------------------------------------------------

    def place(self, position: int | None = None) -> str:
        """Return the end of every message."""
        at = self.position if position is None else position
        before = self.text[:at]
        line = before.count("\n") + 1
        column = at - (before.rfind("\n") + 1)
        if not self.text or not before.strip():
            line, column = (0, 0) if at == 0 else (line, column)
        path = "".join(self.path).removeprefix(".")
        return f"Path '{path}', line {line}, position {column}."

    def fail(self, message: str, position: int | None = None) -> NoReturn:
        """Raise with the place."""
        reader_error(f"{message} {self.place(position)}")

    def unexpected(self) -> NoReturn:
        """Raise for the character at hand."""
        self.fail(f"Unexpected character encountered while parsing value: {self.text[self.position]}.")

    # --- reading ------------------------------------------------------------------------------------------------

    def whole(self) -> object:
        """Read the whole text."""
        self.space()
        name = self.wanted or "JToken"
        if self.position >= len(self.text):
            self.fail(f"Error reading {name} from JsonReader.", len(self.text))
        if self.wanted is not None:
            self._check_start()
        value = self.value()
        self.space()
        if self.position < len(self.text):
            character = self.text[self.position]
            self.fail(f"Additional text encountered after finished reading JSON content: {character}.")
        return value

    def _check_start(self) -> None:
        character = self.text[self.position]
        opener = "{" if self.wanted == "JObject" else "["
        if character == opener:
            return
        kind = {"{": "StartObject", "[": "StartArray", '"': "String", "'": "String"}.get(character)
        if kind is None:
            value = self.value()
            kind = (
                "Boolean"
                if isinstance(value, bool)
                else "Null"
                if value is None
                else "Integer"
                if isinstance(value, int)
                else "Float"
            )
        elif kind == "String":
            self.string()
        else:
            self.position += 1
        what = "an object" if self.wanted == "JObject" else "an array"
        self.fail(f"Error reading {self.wanted} from JsonReader. Current JsonReader item is not {what}: {kind}.")

    def space(self) -> None:
        """Go past white space and comments."""
        text = self.text
        while self.position < len(text):
            character = text[self.position]
            if character in " \t\r\n\u00a0":
                self.position += 1
            elif text.startswith("//", self.position):
                end = text.find("\n", self.position)
                self.position = len(text) if end < 0 else end
            elif text.startswith("/*", self.position):
                end = text.find("*/", self.position)
                if end < 0:
                    self.fail("Unexpected end while parsing comment.", len(text))
                self.position = end + 2
            else:
                return

    def value(self) -> object:
        """Read a value."""
        if len(self.path) > _MAX_DEPTH:
            self.fail(f"The reader's MaxDepth of {_MAX_DEPTH} has been exceeded.")
        self.space()
        if self.position >= len(self.text):
            self.fail(
                "Unexpected end of content while loading JObject."
                if self.path
                else "Unexpected end when reading JSON.",
                len(self.text),
            )
        character = self.text[self.position]
        if character == "{":
            return self.object()
        if character == "[":
            return self.array()
        if character in "\"'":
            return self.string()
        word = _WORD.match(self.text, self.position)
        if word is not None:
            self.position = word.end()
            return _WORDS[word.group()]
        if character in "-+.0123456789":
            return self.number()
        if character in "tfn":
            self.fail("Error parsing null value." if character == "n" else "Error parsing boolean value.")
        return self.unexpected()

    def number(self) -> object:
        """Read a number."""
        found = _NUMBER.match(self.text, self.position)
        if found is None:
            self.unexpected()
        text = found.group()
        end = found.end()
        following = self.text[end : end + 1]
        if following and following not in ",]} \t\r\n/":
            self.position = end
            self.fail(f"Unexpected character encountered while parsing number: {following}.")
        self.position = end
        try:
            if text.lower().lstrip("+-").startswith("0x"):
                return int(text, 16)
            if text.lstrip("-").isdigit():
                return int(text, 8) if len(text.lstrip("-")) > 1 and text.lstrip("-")[0] == "0" else int(text)
            return float(text)
        except ValueError:
            self.fail(f"Input string '{text}' is not a valid number.")

    def string(self) -> str:
        """Read a string in either kind of quotes."""
        quote = self.text[self.position]
        self.position += 1
        parts: list[str] = []
        while True:
            if self.position >= len(self.text):
                self.fail(f"Unterminated string. Expected delimiter: {quote}.", len(self.text))
            character = self.text[self.position]
            self.position += 1
            if character == quote:
                return "".join(parts)
            parts.append(self._escape() if character == "\\" else character)

    def _escape(self) -> str:
        if self.position >= len(self.text):
            self.fail('Unterminated string. Expected delimiter: ".', len(self.text))
        letter = self.text[self.position]
        self.position += 1
        if letter == "u":
            digits = self.text[self.position : self.position + 4]
            try:
                code = int(digits, 16)
            except ValueError:
                self.fail(f"Invalid Unicode escape sequence: \\u{digits}.")
            self.position += 4
            return chr(code)
        if letter not in _ESCAPES:
            self.fail(f"Bad JSON escape sequence: \\{letter}.")
        return _ESCAPES[letter]

    def array(self) -> list[object]:
        """Read an array."""
        self.position += 1
        items: list[object] = []
        self.path.append("")
        while True:
            self.path[-1] = f"[{len(items)}]" if items else ""
            self.space()
            self._need_more("JArray")
            if self.text[self.position] == "]":
                break
            self.path[-1] = f"[{len(items)}]"
            items.append(self.value())
            if not self._comma("]"):
                break
        self.path.pop()
        self.position += 1
        return items

    def _need_more(self, kind: str) -> None:
        if self.position >= len(self.text):
            self.fail(f"Unexpected end of content while loading {self.wanted or kind}.", len(self.text))

    def _comma(self, closer: str) -> bool:
        """Go past a comma; false at the closer."""
        self.space()
        self._need_more("JArray" if closer == "]" else "JObject")
        character = self.text[self.position]
        if character == closer:
            return False
        if character != ",":
            self.fail(f"After parsing a value an unexpected character was encountered: {character}.")
        self.position += 1
        return True

    def object(self) -> dict[str, object]:
        """Read an object."""
        self.position += 1
        members: dict[str, object] = {}
        self.path.append("")
        while True:
            self.space()
            self._need_more("JObject")
            if self.text[self.position] == "}":
                break
            name = self._property_name()
            self.space()
            self._need_more("JObject")
            if self.text[self.position] != ":":
                self.fail(
                    f"Invalid character after parsing property name. Expected ':' but got: {self.text[self.position]}."
                )
            self.position += 1
            self.path[-1] = f".{name}"
            members[name] = self.value()
            if not self._comma("}"):
                break
        self.path.pop()
        self.position += 1
        return members

    def _property_name(self) -> str:
        character = self.text[self.position]
        if character in "\"'":
            return self.string()
        found = _NAME.match(self.text, self.position)
        if found is None:
            self.fail(f"Invalid property identifier character: {character}.")
        self.position = found.end()
        return found.group()
