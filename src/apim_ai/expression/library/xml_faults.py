"""Says of text that is not well-formed XML what .NET's reader says, with its line and position.

The parser proper is expat; a text that it refuses is read again here, until the fault is found.
"""

from __future__ import annotations

import re
from typing import NoReturn

from apim_ai.expression.exceptions import ClrException

__all__ = ["complain"]

_WHITE = " \t\r\n"
_XML = "http://www.w3.org/XML/1998/namespace"
_START = re.compile(r"[^\W\d]|_")
_NAME = re.compile(r"(?:[^\W\d]|_)[\w.\-\u00b7]*")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile(r"&(?:#(?:x([0-9a-fA-F]+)|(\d+))|([^\W\d][\w.\-]*));")
_ENTITIES = frozenset(["amp", "lt", "gt", "quot", "apos"])
_LAST = 0x10FFFF


def complain(text: str) -> None:
    """Raise XmlException for the first fault of a text; return where none is found.

    Raises:
        ClrException: System.Xml.XmlException.
    """
    _Reader(text).document()


class _Reader:
    """Reads XML until something is wrong with it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.elements: list[tuple[str, int]] = []
        self.scopes: list[dict[str, str]] = [{"": "", "xml": _XML, "xmlns": "xmlns"}]

    # --- complaining -------------------------------------------------------------------------------------------------

    def fail(self, message: str, at: int | None = None) -> NoReturn:
        """Raise with the place."""
        line, column = self._place(self.at if at is None else at)
        raise ClrException("System.Xml.XmlException", f"{message} Line {line}, position {column}.")

    def _place(self, at: int) -> tuple[int, int]:
        before = self.text[:at].replace("\r\n", "\n").replace("\r", "\n")
        return before.count("\n") + 1, len(before) - before.rfind("\n")

    def _unexpected(self, expected: str) -> NoReturn:
        found = self._here()
        self.fail(f"'{found}' is an unexpected token. {expected}")

    def _here(self) -> str:
        """Return the character at hand, within a tag."""
        if self.at >= len(self.text):
            self.fail("Unexpected end of file while parsing Name has occurred.")
        return self.text[self.at]

    def _ended(self) -> NoReturn:
        names = ", ".join(name for name, _ in reversed(self.elements))
        self.fail(f"Unexpected end of file has occurred. The following elements are not closed: {names}.")

    def _space(self) -> bool:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in _WHITE:
            self.at += 1
        return self.at > start

    # --- reading -----------------------------------------------------------------------------------------------------

    def document(self) -> None:
        """Read everything."""
        has_root = False
        while True:
            if not self.elements:
                self._space()
            if self.at >= len(self.text):
                break
            if self.elements and not self.text.startswith("<", self.at):
                self._content()
            elif not self.text.startswith("<", self.at):
                self.fail("Data at the root level is invalid.")
            else:
                has_root = self._markup(has_root=has_root)
        if self.elements:
            self._ended()
        if not has_root:
            raise ClrException("System.Xml.XmlException", "Root element is missing.")

    def _markup(self, *, has_root: bool) -> bool:
        """Read a tag, comment or the like; say whether there has been a root element."""
        for opener, closer, what in (("<!--", "-->", "Comment"), ("<![CDATA[", "]]>", "CDATA"), ("<?", "?>", "PI")):
            if self.text.startswith(opener, self.at):
                self._skip(opener, closer, what)
                return has_root
        if self.text.startswith("</", self.at):
            self._end_tag()
            return has_root
        if has_root and not self.elements:
            self.fail("There are multiple root elements.", self.at + 1)
        self._start_tag()
        return True

    def _skip(self, opener: str, closer: str, what: str) -> None:
        if opener == "<?" and self.at and re.match(r"<\?xml\s", self.text[self.at : self.at + 6]):
            self.fail(
                "Unexpected XML declaration. The XML declaration must be the first node in the document, and no white space "
                "characters are allowed to appear before it.",
                self.at + 2,
            )
        version = re.match(r"<\?xml\s+version\s*=\s*[\"']([^\"']*)", self.text) if not self.at else None
        if version is not None and version[1] != "1.0":
            self.fail(f"Version number '{version[1]}' is invalid.", version.start(1))
        start = self.at + len(opener)
        end = self.text.find("--" if what == "Comment" else closer, start)
        if end < 0:
            self.at = len(self.text)
            self.fail(f"Unexpected end of file while parsing {what} has occurred.")
        if not self.text.startswith(closer, end):
            self.fail("An XML comment cannot contain '--', and '-' cannot be the last character.", end)
        self._check_characters(start, end)
        self.at = end + len(closer)

    def _check_characters(self, start: int, end: int) -> None:
        found = _ILLEGAL.search(self.text, start, end)
        if found is not None:
            self._bad_character(ord(found.group()), found.start())

    def _bad_character(self, code: int, at: int) -> NoReturn:
        shown = "." if code == 0 else "?" if 0xD800 <= code <= 0xDFFF else chr(min(code, _LAST))  # noqa: PLR2004 - surrogates
        self.fail(f"'{shown}', hexadecimal value 0x{code:02X}, is an invalid character.", at)

    def _content(self) -> None:
        end = self.text.find("<", self.at)
        end = len(self.text) if end < 0 else end
        self._check_text(self.at, end)
        self.at = end

    def _check_text(self, start: int, end: int) -> None:
        closing = self.text.find("]]>", start, end)
        if closing >= 0:
            self.fail("']]>' is not allowed in character data.", closing)
        self._check_references(start, end)

    def _check_references(self, start: int, end: int) -> None:
        self._check_characters(start, end)
        for place in (found.start() for found in re.finditer("&", self.text[start:end])):
            self._check_reference(start + place)

    def _check_reference(self, at: int) -> None:
        found = _REFERENCE.match(self.text, at)
        if found is None:
            name = _NAME.match(self.text, at + 1)
            if name is None:
                self.fail("An error occurred while parsing EntityName.", at + 1)
            self.at = name.end()
            self._unexpected("The expected token is ';'.")
        if found[3] is not None:
            if found[3] not in _ENTITIES:
                self.fail(f"Reference to undeclared entity '{found[3]}'.", at + 1)
            return
        group = 1 if found[1] is not None else 2
        code = int(found[group], 16 if group == 1 else 10) if len(found[group]) < 10 else _LAST + 1  # noqa: PLR2004 - enough
        if code > _LAST or 0xD800 <= code <= 0xDFFF or _ILLEGAL.match(chr(code)):  # noqa: PLR2004 - surrogates
            self._bad_character(code, found.start(group))

    # --- tags --------------------------------------------------------------------------------------------------------

    def _qualified(self) -> str:
        start = self.at
        for is_first in (True, False):
            character = self._here()
            if _START.match(character) is None:
                self.fail(
                    f"Name cannot begin with the '{character}' character, hexadecimal value 0x{ord(character):02X}."
                )
            self.at = _NAME.match(self.text, self.at).end()  # type: ignore[union-attr]  # it begins well
            if not (is_first and self.text.startswith(":", self.at)):
                break
            self.at += 1
        return self.text[start : self.at]

    def _check_name_end(self, ends: str) -> None:
        character = self._here()
        if character not in ends + _WHITE:
            code = ord(character)
            self.fail(f"The '{character}' character, hexadecimal value 0x{code:02X}, cannot be included in a name.")

    def _end_tag(self) -> None:
        self.at += 2
        start = self.at
        if not self.elements:
            self.fail("Unexpected end tag.")
        name = self._qualified()
        opened, place = self.elements.pop()
        if name != opened:
            line, column = self._place(place)
            self.fail(
                f"The '{opened}' start tag on line {line} position {column} does not match the end tag of '{name}'.",
                start,
            )
        self._space()
        if self._here() != ">":
            self._unexpected("The expected token is '>'.")
        self.scopes.pop()
        self.at += 1

    def _start_tag(self) -> None:
        self.at += 1
        start = self.at
        name = self._qualified()
        self._check_name_end("/>")
        attributes = self._attributes()
        scope = dict(self.scopes[-1])
        for attribute, (_, value, quote) in attributes.items():
            prefix, _, local = attribute.partition(":")
            if prefix == "xmlns":
                if local and not value:
                    self.fail("Invalid namespace declaration.", quote)
                scope[local] = value
        self._check_prefix(name, scope, start)
        for attribute, (place, _, _) in attributes.items():
            self._check_prefix(attribute, scope, place)
        if self.text[self.at] == "/":
            self.at += 1
            if self._here() != ">":
                self._unexpected("The expected token is '>'.")
        else:
            self.elements.append((name, start))
            self.scopes.append(scope)
        self.at += 1

    def _check_prefix(self, name: str, scope: dict[str, str], at: int) -> None:
        prefix, separator, _ = name.partition(":")
        if separator and prefix not in scope:
            self.fail(f"'{prefix}' is an undeclared prefix.", at)

    def _attributes(self) -> dict[str, tuple[int, str, int]]:
        """Return places, values and places of the quotes by name."""
        attributes: dict[str, tuple[int, str, int]] = {}
        twice: tuple[str, int] | None = None
        while True:
            is_apart = self._space()
            if self._here() in "/>":
                if twice is not None:
                    self.fail(f"'{twice[0]}' is a duplicate attribute name.", twice[1])
                return attributes
            if not is_apart:
                self._unexpected("Expecting white space.")
            start = self.at
            name = self._qualified()
            if name in attributes:
                twice = twice or (name, start)
            attributes[name] = (start, *self._attribute_value())

    def _attribute_value(self) -> tuple[str, int]:
        self._check_name_end("=/>\"'")
        self._space()
        if self._here() != "=":
            self._unexpected("The expected token is '='.")
        self.at += 1
        self._space()
        quote, start = self._here(), self.at
        if quote not in "\"'":
            self._unexpected("The expected token is '\"' or '''.")
        end = self.text.find(quote, start + 1)
        end = len(self.text) if end < 0 else end
        bracket = self.text.find("<", start, end)
        self._check_references(start, end if bracket < 0 else bracket)
        if bracket >= 0:
            self.fail("'<', hexadecimal value 0x3C, is an invalid attribute character.", bracket)
        if end == len(self.text):
            self.fail("There is an unclosed literal string.", end)
        self.at = end + 1
        return self.text[start + 1 : end], start
