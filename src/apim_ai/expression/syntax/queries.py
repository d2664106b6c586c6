"""Parses query expressions, `from x in xs where … select …`, as the calls of methods that they stand for.

The translation is that of the C# specification. Where several range variables are in sight, the element that goes from
method to method is an anonymous object of them, and each lambda begins by taking them out of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from apim_ai.expression.syntax import tree
from apim_ai.expression.syntax.initializers import InitializerParser
from apim_ai.expression.syntax.tokens import IDENTIFIER

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.syntax.tokens import Token

__all__ = ["QUERY_WORDS", "QueryParser"]

QUERY_WORDS = frozenset(
    [
        "from",
        "where",
        "select",
        "group",
        "into",
        "orderby",
        "join",
        "let",
        "on",
        "equals",
        "by",
        "ascending",
        "descending",
    ]
)


class _Query:
    """A query as far as it has been read: the sequence so far, and the range variables of its elements."""

    def __init__(self, source: tree.Expression, variable: str) -> None:
        self.source = source
        self.variables = [variable]
        self.is_bare = True  # nothing but `from` so far

    def call(self, word: Token, method: str, *arguments: tree.Expression) -> None:
        """Go on from the sequence that a method makes of this one."""
        start, end = self.source.start, arguments[-1].end if arguments else word.end
        target = tree.Member(start, end, self.source, method, word.start)
        self.source = tree.Call(
            start, end, target, tuple(tree.Argument(each.start, each.end, each) for each in arguments)
        )
        self.is_bare = False

    def function(self, body: tree.Expression, *further: str) -> tree.Expression:
        """Return a lambda of the element, and of further variables, with the range variables in sight."""
        start, end = body.start, body.end
        name = self.variables[0] if len(self.variables) == 1 else f"<>{start}"
        parameters = tuple(tree.Parameter(start, end, each) for each in (name, *further))
        if len(self.variables) == 1:
            return tree.Lambda(start, end, parameters, body)
        taken = [self._take_out(name, each, body) for each in self.variables]
        block = tree.Block(start, end, (*taken, tree.Return(start, end, body)))
        return tree.Lambda(start, end, parameters, block)

    def _take_out(self, element: str, variable: str, place: tree.Node) -> tree.Declaration:
        start, end = place.start, place.end
        value = tree.Member(start, end, tree.Name(start, end, element), variable, start)
        return tree.Declaration(start, end, None, (tree.Declarator(start, end, variable, value),))

    def element(self, place: tree.Node, name: str, value: tree.Expression | None = None) -> tree.Expression:
        """Return the element that has one more range variable."""
        start, end = place.start, place.end
        members = [(each, tree.Name(start, end, each)) for each in self.variables]
        return tree.AnonymousObject(start, end, (*members, (name, value or tree.Name(start, end, name))))

    def is_element(self, node: tree.Expression) -> bool:
        """Whether an expression is the element itself."""
        return isinstance(node, tree.Name) and [node.name] == self.variables and not node.arguments


class QueryParser(InitializerParser):
    """The part of the parser that reads queries."""

    __slots__ = ("queries",)

    queries: int
    """How many queries are being read: within, some names are words of the query."""

    def at_query_word(self) -> bool:
        """Whether the current token is a word of the query that is being read."""
        return self.queries > 0 and self.token.kind is IDENTIFIER and self.token.text in QUERY_WORDS

    def begins_query(self) -> bool:
        """Whether `from` begins a query here."""
        end = self.scan_type(self.position + 1)
        if end > 0 and self.tokens[end].text == "in":
            return True
        return end > 0 and self.tokens[end].kind is IDENTIFIER and self.tokens[end + 1].text == "in"

    def query(self) -> tree.Expression:
        """Read a query; `from` is the current token."""
        self.queries += 1
        word = self.advance()
        name, source = self._range(word)
        query = _Query(source, name)
        while True:
            self._clauses(query)
            if not self.at_word("into"):
                break
            self.advance()
            query.variables = [self.identifier().text]
            query.is_bare = True
        self.queries -= 1
        return query.source

    def _range(self, word: Token) -> tuple[str, tree.Expression]:
        """Read `T x in xs`, where `T` is rare."""
        type_name = None
        if self.peek().text != "in":
            type_name = self.parse_type()
        name = self.identifier().text
        self.expect("in")
        source = self.expression()
        if type_name is None:
            return name, source
        target = tree.Member(source.start, source.end, source, "Cast", word.start, (type_name,))
        return name, tree.Call(source.start, source.end, target, ())

    def _clauses(self, query: _Query) -> None:
        """Read the clauses up to `select` or `group`, which ends them."""
        while True:
            if self.token.kind is not IDENTIFIER:
                self.fail("a query body must end with a select clause or a group clause")
            read = self._CLAUSES.get(self.token.text)
            if read is None:
                self.fail("a query body must end with a select clause or a group clause")
            is_last = self.token.text in ("select", "group")
            ended = read(self, query)
            if is_last or ended:
                return

    def _where(self, query: _Query) -> bool:
        word = self.advance()
        query.call(word, "Where", query.function(self.expression()))
        return False

    def _let(self, query: _Query) -> bool:
        word = self.advance()
        name = self.identifier().text
        self.expect("=")
        value = self.expression()
        query.call(word, "Select", query.function(query.element(value, name, value)))
        query.variables.append(name)
        return False

    def _from(self, query: _Query) -> bool:
        word = self.advance()
        name, source = self._range(word)
        selector = query.function(source)
        if self.at_word("select"):
            self.advance()
            query.call(word, "SelectMany", selector, query.function(self.expression(), name))
            return True
        query.call(word, "SelectMany", selector, query.function(query.element(source, name), name))
        query.variables.append(name)
        return False

    def _join_clause(self, query: _Query) -> bool:
        word = self.advance()
        name, source = self._range(word)
        self._expect_word("on")
        outer = query.function(self.expression())
        self._expect_word("equals")
        key = self.expression()
        inner = tree.Lambda(key.start, key.end, (tree.Parameter(key.start, key.end, name),), key)
        method = "Join"
        if self.at_word("into"):
            self.advance()
            name, method = self.identifier().text, "GroupJoin"
        if self.at_word("select"):
            self.advance()
            query.call(word, method, source, outer, inner, query.function(self.expression(), name))
            return True
        query.call(word, method, source, outer, inner, query.function(query.element(key, name), name))
        query.variables.append(name)
        return False

    def _expect_word(self, text: str) -> None:
        if not self.at_word(text):
            self.fail(f"'{text}' expected before '{self.token.text}'")
        self.advance()

    def _orderby(self, query: _Query) -> bool:
        word = self.advance()
        method = "OrderBy"
        while True:
            key = query.function(self.expression())
            is_descending = self.at_word("descending")
            if is_descending or self.at_word("ascending"):
                self.advance()
            query.call(word, method + ("Descending" if is_descending else ""), key)
            if not self.take(","):
                return False
            method = "ThenBy"

    def _select(self, query: _Query) -> bool:
        word = self.advance()
        value = self.expression()
        if query.is_bare or not query.is_element(value):
            query.call(word, "Select", query.function(value))
        return True

    def _group(self, query: _Query) -> bool:
        word = self.advance()
        value = self.expression()
        self._expect_word("by")
        key = query.function(self.expression())
        query.call(word, "GroupBy", key, *(() if query.is_element(value) else (query.function(value),)))
        return True

    _CLAUSES: ClassVar[dict[str, Callable[[QueryParser, _Query], bool]]] = {
        "from": _from,
        "where": _where,
        "let": _let,
        "join": _join_clause,
        "orderby": _orderby,
        "select": _select,
        "group": _group,
    }
