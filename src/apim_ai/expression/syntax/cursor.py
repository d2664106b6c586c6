"""The parser's place in the tokens, its look-ahead, and the words of its complaints."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from apim_ai.expression.syntax.advice import advice_at
from apim_ai.expression.syntax.problem import Problem, SyntaxFault, unsupported
from apim_ai.expression.syntax.tokens import END, IDENTIFIER, KEYWORD, OPERATOR, Token, tokenise
from apim_ai.expression.syntax.tree import TypeName

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PREDEFINED", "Cursor"]

PREDEFINED = frozenset(
    [
        "bool",
        "byte",
        "char",
        "decimal",
        "double",
        "float",
        "int",
        "long",
        "object",
        "sbyte",
        "short",
        "string",
        "uint",
        "ulong",
        "ushort",
        "void",
    ]
)
_MAX_DEPTH = 120
"""Nesting of one expression; Python's own stack holds about four calls a level."""
_AFTER_NULLABLE = frozenset([")", "]", "}", ";", ",", "=", "==", "!=", "&&", "||", "??", "?", ":", ">", "=>"])


class Cursor:
    """Reads tokens one by one; `scan_…` looks ahead without moving, `parse_…` moves."""

    __slots__ = ("_scanned", "_type_arguments", "depth", "position", "text", "token", "tokens")

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.depth: int = 0
        self._type_arguments: dict[int, int] = {}  # what the `<` at a position comes to, so that none is scanned twice
        self._scanned: int = 0  # nesting of these
        self.position: int = 0
        self._scanned: int = 0
        self.begin(tokenise(text, start, end))

    def begin(self, tokens: list[Token]) -> None:
        """Go to the first of other tokens."""
        self.tokens: list[Token] = tokens
        self._type_arguments: dict[int, int] = {}  # by the position of their `<`
        self.seek(0)

    # --- moving -------------------------------------------------------------------------------------------------

    def advance(self) -> Token:
        """Return the current token and go on to the next."""
        token = self.token
        if token.kind is not END:
            self.position += 1
            self.token = self.tokens[self.position]
        return token

    def peek(self, distance: int = 1) -> Token:
        """Return a token further on."""
        return self.tokens[min(self.position + distance, len(self.tokens) - 1)]

    @property
    def behind(self) -> int:
        """The offset behind the last token that was read."""
        return self.tokens[self.position - 1].end if self.position else self.token.start

    def seek(self, position: int) -> None:
        """Go back (or on) to a token."""
        self.position = position
        self.token = self.tokens[position]

    def at(self, text: str) -> bool:
        """Whether the current token is this operator or keyword."""
        token = self.token
        return token.text == text and token.kind in (OPERATOR, KEYWORD)

    def at_word(self, text: str) -> bool:
        """Whether the current token is this contextual keyword."""
        return self.token.text == text and self.token.kind is IDENTIFIER

    def take(self, text: str) -> bool:
        """Go past this operator or keyword if it is the current token."""
        if self.at(text):
            self.advance()
            return True
        return False

    def expect(self, text: str) -> Token:
        """Go past this operator or keyword.

        Raises:
            SyntaxFault: something else stands here.
        """
        if not self.at(text):
            self.fail(f"'{text}' expected{self._instead()}", help=advice_at(self.token))
        return self.advance()

    def identifier(self) -> Token:
        """Go past an identifier and return it."""
        if self.token.kind is not IDENTIFIER:
            if self.token.kind is KEYWORD:
                self.fail(f"identifier expected; '{self.token.text}' is a keyword")
            self.fail(f"identifier expected{self._instead()}")
        return self.advance()

    # --- complaining --------------------------------------------------------------------------------------------

    def _instead(self) -> str:
        return "" if self.token.kind is END else f" before '{self.token.text}'"

    def fail(self, message: str, rule: str = "AIM201", token: Token | None = None, help: str | None = None) -> NoReturn:  # noqa: A002 - as in Finding
        """Raise the problem at a token, by default the current one."""
        token = token or self.token
        raise SyntaxFault(Problem(rule, message, token.start, max(token.end, token.start), help))

    def refuse(self, what: str, token: Token | None = None, help: str | None = None) -> NoReturn:  # noqa: A002 - as in Finding
        """Raise "newer than C# 7"."""
        self.fail(f"{what} is not available in C# 7", "AIM203", token, help)

    def unsupported(self, what: str, token: Token | None = None, help: str | None = None) -> NoReturn:  # noqa: A002 - as in Finding
        """Raise "C# 7, but not run here"."""
        token = token or self.token
        raise SyntaxFault(unsupported(what, token.start, token.end, help))

    def deeper(self) -> None:
        """Count one level of nesting; `shallower` undoes it."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            self.fail("the expression is nested too deeply")

    # --- types --------------------------------------------------------------------------------------------------

    def scan_type(self, position: int, *, in_is: bool = False) -> int:
        """Return the position behind a type that begins at `position`, or -1. Does not move."""
        position = self._scan_name(position)
        if position < 0:
            return -1
        tokens = self.tokens
        while True:
            token = tokens[position]
            if token.text == "?" and token.kind is OPERATOR:
                following = tokens[position + 1]
                ends = following.kind is END or (following.kind is OPERATOR and following.text in _AFTER_NULLABLE)
                if in_is and not ends:
                    return position
                position += 1
            elif token.text == "?[" and tokens[position + 1].text == "]":
                position += 2
            elif token.text == "[" and token.kind is OPERATOR:
                behind = position + 1
                while tokens[behind].text == ",":
                    behind += 1
                if tokens[behind].text != "]":
                    return position
                position = behind + 1
            else:
                return position

    def _scan_name(self, position: int) -> int:
        tokens = self.tokens
        if tokens[position].kind is KEYWORD:
            return position + 1 if tokens[position].text in PREDEFINED else -1
        while True:
            if tokens[position].kind is not IDENTIFIER:
                return -1
            position += 1
            if tokens[position].text == "<":
                behind = self.scan_type_arguments(position)
                if behind < 0:
                    return position
                position = behind
            if tokens[position].text not in (".", "::"):
                return position
            position += 1

    def scan_type_arguments(self, position: int) -> int:
        """Return the position behind `<…>` that begins at `position`, or -1; each place is looked at once."""
        known = self._type_arguments.get(position)
        if known is None:
            known = self._type_arguments[position] = self._scan_type_arguments(position)
        return known

    def _scan_type_arguments(self, position: int) -> int:
        tokens = self.tokens
        if tokens[position].text != "<" or self._scanned > _MAX_DEPTH:
            return -1
        self._scanned += 1
        position = self.scan_type(position + 1)
        while position >= 0 and tokens[position].text == ",":
            position = self.scan_type(position + 1)
        self._scanned -= 1
        return position + 1 if position >= 0 and tokens[position].text == ">" else -1

    def parse_type(self, *, in_is: bool = False, in_new: bool = False) -> TypeName:
        """Read a type; after `new` the brackets belong to the array's sizes."""
        if self.scan_type(self.position) < 0:
            self.fail(f"type expected{self._instead()}")
        end = self.scan_type(self.position, in_is=in_is)
        start = self.token.start
        name, arguments = self._parse_name()
        suffixes: list[str] = []
        while self.position < end and not (in_new and self.at("[")):
            if in_new and self.at("?["):
                suffixes.append("?")  # `new int?[3]`: the bracket, one token with the `?`, belongs to the array
                break
            suffixes.extend(self._suffix())
        return TypeName(start, self.behind, name, arguments, tuple(suffixes))

    def _suffix(self) -> Iterator[str]:
        if self.take("?"):
            yield "?"
            return
        if self.take("?["):
            yield "?"
        else:
            self.expect("[")
        rank = "["
        while self.take(","):
            rank += ","
        self.expect("]")
        yield rank + "]"

    def _parse_name(self) -> tuple[str, tuple[TypeName, ...]]:
        if self.token.kind is KEYWORD:
            return self.advance().text, ()
        name = self.identifier().text
        arguments: tuple[TypeName, ...] = ()
        while True:
            if self.at("<") and self.scan_type_arguments(self.position) > 0:
                arguments = self.parse_type_arguments()
            if not (self.at(".") or self.at("::")):
                return name, arguments
            self.advance()
            name += "." + self.identifier().text

    def parse_type_arguments(self) -> tuple[TypeName, ...]:
        """Read `<A, B>`."""
        self.expect("<")
        arguments = [self.parse_type()]
        while self.take(","):
            arguments.append(self.parse_type())
        self.expect(">")
        return tuple(arguments)
