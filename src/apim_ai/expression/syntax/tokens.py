"""Cuts C# text into tokens. Positions are offsets in the expression's text, so that every message has its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from apim_ai.expression.syntax.literals import unescape
from apim_ai.expression.syntax.problem import Problem, SyntaxFault

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["KEYWORDS", "Hole", "Token", "tokenise"]

IDENTIFIER: Final = "identifier"
KEYWORD: Final = "keyword"
NUMBER: Final = "number"
STRING: Final = "string"
CHAR: Final = "char"
INTERPOLATED: Final = "interpolated"
NAMED_VALUE: Final = "named value"
OPERATOR: Final = "operator"
END: Final = "end"

KEYWORDS: Final = frozenset(
    [
        "abstract",
        "as",
        "base",
        "bool",
        "break",
        "byte",
        "case",
        "catch",
        "char",
        "checked",
        "class",
        "const",
        "continue",
        "decimal",
        "default",
        "delegate",
        "do",
        "double",
        "else",
        "enum",
        "event",
        "explicit",
        "extern",
        "false",
        "finally",
        "fixed",
        "float",
        "for",
        "foreach",
        "goto",
        "if",
        "implicit",
        "in",
        "int",
        "interface",
        "internal",
        "is",
        "lock",
        "long",
        "namespace",
        "new",
        "null",
        "object",
        "operator",
        "out",
        "override",
        "params",
        "private",
        "protected",
        "public",
        "readonly",
        "ref",
        "return",
        "sbyte",
        "sealed",
        "short",
        "sizeof",
        "stackalloc",
        "static",
        "string",
        "struct",
        "switch",
        "this",
        "throw",
        "true",
        "try",
        "typeof",
        "uint",
        "ulong",
        "unchecked",
        "unsafe",
        "ushort",
        "using",
        "virtual",
        "void",
        "volatile",
        "while",
    ]
)


class Hole:
    """One `{expression,alignment:format}` of an interpolated string; offsets are those of the whole text.

    `start` to `end` is code: the parser finds the comma that parts expression and alignment, for `<a, b>` has one too.
    """

    __slots__ = ("end", "format", "start")

    def __init__(self, start: int, end: int, format: str | None) -> None:  # noqa: A002 - C#'s word
        self.start = start
        self.end = end
        self.format = format


class Token:
    """One token. `value` is the content of a string or char, the parts of an interpolated string, else the text."""

    __slots__ = ("end", "kind", "start", "text", "value")

    def __init__(self, kind: str, text: str, start: int, end: int, value: object = None) -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end
        self.value = value

    def __repr__(self) -> str:
        return f"Token({self.kind}, {self.text!r}, {self.start})"


_MASTER = re.compile(
    r"""
      (?P<space>\s+|\bglobal\s*::)
    | (?P<comment>//[^\r\n]*|/\*.*?\*/)
    | (?P<named>\{\{\s*[A-Za-z0-9_.-]+\s*\}\})
    | (?P<number>0[xX][0-9a-fA-F_]+[uUlL]*|0[bB][01_]+[uUlL]*
        |(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][+-]?\d+)?[uUlLfFdDmM]*)
    | (?P<raw>\$*\"\"\"\"*(?!\")(?=[\s\S]*?\"\"\"))
    | (?P<interpolated>\$@?\")
    | (?P<newverbatim>@\$\")
    | (?P<verbatim>@\"(?:[^\"]|\"\")*\")
    | (?P<string>\"(?:[^\"\\\r\n]|\\.)*\")
    | (?P<char>'(?:[^'\\\r\n]|\\.)*')
    | (?P<word>@?[^\W\d]\w*)
    | (?P<operator>\?\?=|\.\.\.?|=>|\?\?|\?\.|\?\[|->|::|<<=|<<|<=|>=|==|!=|&&|\|\||\+\+|--|\+=|-=|\*=|/=|%=|&=|\|=|\^=
        |[-+*/%=<>!&|^~?:;,.(){}\[\]\#@])
    """,
    re.VERBOSE | re.DOTALL,
)


def tokenise(text: str, start: int, end: int) -> list[Token]:
    """Return the tokens of `text[start:end]`, ended by an END token.

    Raises:
        SyntaxFault: at the first character that begins no token.
    """
    tokens: list[Token] = []
    position = start
    match = _MASTER.match
    while position < end:
        found = match(text, position, end)
        if found is None:
            raise SyntaxFault(_stray(text, position, end))
        kind = found.lastgroup or ""
        if kind in ("space", "comment"):
            position = found.end()
            continue
        token = _READERS[kind](found, end)
        tokens.append(token)
        position = token.end
    tokens.append(Token(END, "", end, end))
    return tokens


def _stray(text: str, position: int, end: int) -> Problem:
    character = text[position]
    if character in "\"'":
        what = "string" if character == '"' else "character literal"
        return Problem(
            "AIM202", f"newline in constant: the {what} that begins here is not closed", position, position + 1
        )
    if text.startswith("/*", position):
        return Problem("AIM202", "the comment that begins here is not closed", position, position + 2)
    shown = character if character.isprintable() else f"\\u{ord(character):04x}"
    return Problem("AIM201", f"unexpected character '{shown}'", position, min(position + 1, end))


def _plain(kind: str) -> Callable[[re.Match[str], int], Token]:
    def read(found: re.Match[str], _end: int) -> Token:
        text = found.group()
        return Token(kind, text, found.start(), found.end(), text)

    return read


def _word(found: re.Match[str], _end: int) -> Token:
    text = found.group()
    if text[0] == "@":
        return Token(IDENTIFIER, text[1:], found.start(), found.end(), text[1:])
    return Token(KEYWORD if text in KEYWORDS else IDENTIFIER, text, found.start(), found.end(), text)


def _named(found: re.Match[str], _end: int) -> Token:
    text = found.group()
    return Token(NAMED_VALUE, text, found.start(), found.end(), text[2:-2].strip())


def _string(found: re.Match[str], _end: int) -> Token:
    text = found.group()
    return Token(STRING, text, found.start(), found.end(), unescape(text[1:-1], found.start() + 1))


def _verbatim(found: re.Match[str], _end: int) -> Token:
    text = found.group()
    return Token(STRING, text, found.start(), found.end(), text[2:-1].replace('""', '"'))


def _char(found: re.Match[str], _end: int) -> Token:
    text, start, end = found.group(), found.start(), found.end()
    value = unescape(text[1:-1], start + 1)
    if not value:
        raise SyntaxFault(Problem("AIM201", "empty character literal", start, end))
    if len(value) > 1 or value > "\uffff":
        raise SyntaxFault(
            Problem("AIM212", f"too many characters in character literal {text}", start, end, f'write "{text[1:-1]}"')
        )
    return Token(CHAR, text, start, end, value)


def _newer(what: str) -> Callable[[re.Match[str], int], Token]:
    def refuse(found: re.Match[str], _end: int) -> Token:
        raise SyntaxFault(Problem("AIM203", f"{what} is not available in C# 7", found.start(), found.end()))

    return refuse


def _interpolated(found: re.Match[str], end: int) -> Token:
    text, start = found.string, found.start()
    verbatim = found.group()[1] == "@"
    parts: list[str | Hole] = []
    position = literal = found.end()
    while position < end:
        character = text[position]
        if character == '"':
            if verbatim and text.startswith('""', position):
                position += 2
                continue
            _add_literal(parts, text[literal:position], literal, verbatim=verbatim)
            return Token(INTERPOLATED, text[start : position + 1], start, position + 1, parts)
        if character in "{}":
            if text.startswith(character * 2, position):
                position += 2
                continue
            if character == "}":
                message = "a '}' character must be escaped (by doubling) in an interpolated string"
                raise SyntaxFault(Problem("AIM201", message, position, position + 1))
            _add_literal(parts, text[literal:position], literal, verbatim=verbatim)
            hole, position = _hole(text, position, end, verbatim=verbatim)
            parts.append(hole)
            literal = position
        elif character == "\\" and not verbatim:
            position += 2
        elif character in "\r\n" and not verbatim:
            break
        else:
            position += 1
    raise SyntaxFault(Problem("AIM202", "the interpolated string that begins here is not closed", start, start + 2))


def _add_literal(parts: list[str | Hole], raw: str, offset: int, *, verbatim: bool) -> None:
    if raw:
        value = raw.replace('""', '"') if verbatim else unescape(raw, offset)
        parts.append(value.replace("{{", "{").replace("}}", "}"))


_HOLE_SKIP = re.compile(
    r"""\$@?"|@"(?:[^"]|"")*"|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'|//[^\r\n]*|/\*.*?\*/|::|[^"'/]""", re.DOTALL
)
_CLOSERS = {")": "(", "]": "[", "}": "{"}


def _hole(text: str, start: int, end: int, *, verbatim: bool) -> tuple[Hole, int]:
    """Read the hole whose brace stands at `start`; return it and the offset behind its closing brace."""
    position = start + 1
    nesting: list[str] = []
    while position < end:
        if not nesting and text[position] in ":}" and not text.startswith("::", position):
            return _finish_hole(text, start, position, end, verbatim=verbatim)
        position = _skip_in_hole(text, position, end, nesting)
    raise SyntaxFault(Problem("AIM202", "the '{' of this interpolation is not closed", start, start + 1))


def _skip_in_hole(text: str, position: int, end: int, nesting: list[str]) -> int:
    found = _HOLE_SKIP.match(text, position, end)
    if found is None:
        return position + 1
    piece = found.group()
    if piece in {'$"', '$@"'}:
        return _interpolated(found, end).end
    if piece in ("(", "[", "{"):
        nesting.append(piece)
    elif piece in _CLOSERS and nesting:
        nesting.pop()
    return found.end()


def _finish_hole(text: str, start: int, position: int, end: int, *, verbatim: bool) -> tuple[Hole, int]:
    shape: str | None = None
    code_end = position
    if text[position] == ":":
        close = text.find("}", position, end)
        if close < 0:
            raise SyntaxFault(Problem("AIM202", "the '{' of this interpolation is not closed", start, start + 1))
        raw = text[position + 1 : close]
        shape = raw.replace('""', '"') if verbatim else unescape(raw, position + 1)
        position = close
    return Hole(start + 1, code_end, shape), position + 1


_READERS: dict[str, Callable[[re.Match[str], int], Token]] = {
    "number": _plain(NUMBER),
    "operator": _plain(OPERATOR),
    "word": _word,
    "named": _named,
    "string": _string,
    "verbatim": _verbatim,
    "char": _char,
    "interpolated": _interpolated,
    "raw": _newer("a raw string literal"),
    "newverbatim": _newer("the order '@$\"' (write '$@\"')"),
}
