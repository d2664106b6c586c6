"""Says why a text is not well-formed XML, in the words of the service's own reader.

The service reads the format `xml` with .NET's XmlReader, whose messages name line and position; people search for
these sentences, so a local run should show the same. Only the first problem is reported, as there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ill_formed"]

_NAME = r"[A-Za-z_][\w.:-]*"
_TOKEN = re.compile(
    r"<!--(?P<comment>.*?)-->|<!\[CDATA\[(?P<cdata>.*?)\]\]>|<\?(?P<instruction>.*?)\?>"
    rf"|</(?P<close>{_NAME})\s*>|<(?P<open>{_NAME})",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(rf"(?P<space>\s*)(?:(?P<name>{_NAME})\s*=\s*(?P<quote>[\"'])|(?P<end>/?>))")
_REFERENCE = re.compile(r"&(?:#[0-9]+;|#x[0-9A-Fa-f]+;|[A-Za-z][\w.-]*;)")
_ENTITY_NAME = re.compile(r"[A-Za-z_][\w.-]*")
_WORD = re.compile(r"[\w.:-]+|\S")
_PREDEFINED = {"amp", "lt", "gt", "quot", "apos"}


class _IllFormedError(Exception):
    def __init__(self, at: int, message: str) -> None:
        super().__init__(message)
        self.at = at
        self.message = message


def ill_formed(text: str) -> str | None:
    """Return what keeps a text from being well-formed XML, with line and position, or None when nothing does."""
    try:
        _check(text)
    except _IllFormedError as error:
        line, position = _place(text, error.at)
        return f"{error.message} Line {line}, position {position}."
    return None


def _check(text: str) -> None:
    opened: list[tuple[str, int]] = []
    position = 1 if text.startswith("\ufeff") else 0
    has_root = False
    while (start := text.find("<", position)) >= 0:
        _check_text(text, position, start, is_inside=bool(opened))
        token = _TOKEN.match(text, start)
        if token is None:
            raise _unreadable(text, start)
        position = token.end()
        if name := token["open"]:
            if has_root and not opened:
                raise _IllFormedError(start + 1, "There are multiple root elements.")
            has_root = True
            position, is_closed = _check_attributes(text, position)
            if not is_closed:
                opened.append((name, start + 1))
        elif name := token["close"]:
            _close(text, opened, name, start + 2)
    _check_text(text, position, len(text), is_inside=bool(opened))
    if opened:
        names = ", ".join(name for name, _ in reversed(opened))
        raise _IllFormedError(
            len(text), f"Unexpected end of file has occurred. The following elements are not closed: {names}."
        )
    if not has_root:
        raise _IllFormedError(len(text), "Root element is missing.")


def _close(text: str, opened: list[tuple[str, int]], name: str, at: int) -> None:
    if not opened:
        raise _IllFormedError(at, f"Unexpected end tag '{name}'.")
    expected, where = opened.pop()
    if expected != name:
        line, position = _place(text, where)
        raise _IllFormedError(
            at, f"The '{expected}' start tag on line {line} position {position} does not match the end tag of '{name}'."
        )


def _check_attributes(text: str, position: int) -> tuple[int, bool]:
    """Return the offset behind a start tag, and whether the tag closes itself."""
    seen: set[str] = set()
    while True:
        part = _ATTRIBUTE.match(text, position)
        if part is None:
            raise _unexpected_in_tag(text, position)
        if part["end"]:
            return part.end(), part["end"] == "/>"
        if not part["space"]:
            raise _IllFormedError(
                part.start("name"), f"'{part['name']}' is an unexpected token. Expecting white space."
            )
        if part["name"] in seen:
            raise _IllFormedError(part.start("name"), f"'{part['name']}' is a duplicate attribute name.")
        seen.add(part["name"])
        end = text.find(part["quote"], part.end())
        if end < 0:
            raise _IllFormedError(len(text), "There is an unclosed literal string.")
        lower_than = text.find("<", part.end(), end)
        if lower_than >= 0:
            raise _IllFormedError(lower_than, "'<', hexadecimal value 0x3C, is an invalid attribute character.")
        _check_references(text, part.end(), end)
        position = end + 1


def _unexpected_in_tag(text: str, position: int) -> _IllFormedError:
    at = position
    while at < len(text) and text[at].isspace():
        at += 1
    word = _WORD.match(text, at)
    if word is None:
        return _IllFormedError(len(text), "Unexpected end of file has occurred.")
    if at == position and text[position - 1] in "\"'":
        return _IllFormedError(at, f"'{word[0]}' is an unexpected token. Expecting white space.")
    if re.match(_NAME, word[0]):
        after = _WORD.search(text, word.end())
        found = after[0] if after else ""
        return _IllFormedError(
            after.start() if after else len(text), f"'{found}' is an unexpected token. The expected token is '='."
        )
    return _IllFormedError(
        at, f"Name cannot begin with the '{word[0][0]}' character, hexadecimal value 0x{ord(word[0][0]):02X}."
    )


def _unreadable(text: str, start: int) -> _IllFormedError:
    if text.startswith("<!DOCTYPE", start):
        return _IllFormedError(start, "For security reasons DTD is prohibited in this XML document.")
    following = text[start + 1 : start + 2]
    if not following or text.startswith(("<!--", "<![CDATA[", "<?"), start):
        return _IllFormedError(len(text), "Unexpected end of file has occurred.")
    return _IllFormedError(
        start + 1, f"Name cannot begin with the '{following}' character, hexadecimal value 0x{ord(following):02X}."
    )


def _check_text(text: str, start: int, end: int, *, is_inside: bool) -> None:
    if is_inside:
        _check_references(text, start, end)
    elif text[start:end].strip():
        at = start + len(text[start:end]) - len(text[start:end].lstrip())
        raise _IllFormedError(at, "Data at the root level is invalid.")


def _check_references(text: str, start: int, end: int) -> None:
    for at in _ampersands(text, start, end):
        reference = _REFERENCE.match(text, at, end)
        if reference:
            name = reference[0][1:-1]
            if not name.startswith("#") and name not in _PREDEFINED:
                raise _IllFormedError(at + 1, f"Reference to undeclared entity '{name}'.")
            continue
        name = _ENTITY_NAME.match(text, at + 1, end)
        if name is None or name.end() >= end:
            raise _IllFormedError(at + 1, "An error occurred while parsing EntityName.")
        raise _IllFormedError(name.end(), f"'{text[name.end()]}' is an unexpected token. The expected token is ';'.")


def _ampersands(text: str, start: int, end: int) -> Iterator[int]:
    at = text.find("&", start, end)
    while at >= 0:
        yield at
        at = text.find("&", at + 1, end)


def _place(text: str, at: int) -> tuple[int, int]:
    """Return line and position, both from 1; CRLF is one line end."""
    before = text[:at]
    return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1
