"""GraphQL requests read far enough to measure and to cut them: operations, fragments and their fields; no schema."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

__all__ = ["Field", "Operation", "depth_of", "fields_of", "parse_graphql", "without"]

MAX_NESTING = 100
_TOKEN = re.compile(
    r'(?P<skip>[\s,\ufeff]+|#[^\n\r]*)|(?P<text>"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*")'
    r"|(?P<name>[_A-Za-z]\w*)|(?P<number>-?\d[\d.eE+-]*)|(?P<mark>\.\.\.|[!$&()=:@\[\]{|}])",
    re.ASCII | re.DOTALL,
)
_ROOTS = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}


@dataclass(frozen=True, slots=True)
class Field:
    """A selected field, or a spread of a fragment.

    Args:
        name: the field's or fragment's name; empty for an inline fragment.
        is_spread: whether its selections count where it stands.
        start: where it stands in the text; end: behind it.
    """

    name: str
    is_spread: bool
    start: int
    end: int
    selections: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: `Query`, `Mutation` or `Subscription`, and its selections."""

    type: str
    name: str
    selections: tuple[Field, ...]


@dataclass(slots=True)
class _Reader:
    """Reads a document; `tokens` are (kind, text, start, end)."""

    tokens: list[tuple[str, str, int, int]]
    place: int = 0
    operations: list[Operation] = field(default_factory=list[Operation])
    fragments: dict[str, tuple[Field, ...]] = field(default_factory=dict[str, tuple[Field, ...]])

    def document(self) -> None:
        while self.place < len(self.tokens):
            word = self.tokens[self.place][1]
            if word == "{":
                self.operations.append(Operation("Query", "", self.selections(0)))
            elif word == "fragment":
                name = self.tokens[self.place + 1][1]
                self.skip_to_brace()
                self.fragments[name] = self.selections(0)
            elif word in _ROOTS:
                self.place += 1
                name = self.tokens[self.place][1] if self.tokens[self.place][0] == "name" else ""
                self.skip_to_brace()
                self.operations.append(Operation(_ROOTS[word], name, self.selections(0)))
            else:
                raise ValueError(f"unexpected '{word}'")

    def skip_to_brace(self) -> None:
        """Pass over names, variables and directives; the braces of default values stand inside parentheses."""
        while self.tokens[self.place][1] != "{":
            if self.tokens[self.place][1] == "(":
                self.skip_parentheses()
            else:
                self.place += 1

    def skip_parentheses(self) -> None:
        level = 0
        while True:
            word = self.tokens[self.place][1]
            self.place += 1
            level += (word == "(") - (word == ")")
            if level == 0:
                return

    def selections(self, nesting: int) -> tuple[Field, ...]:
        if nesting > MAX_NESTING:
            raise ValueError("it is nested too deep")
        self.place += 1
        found: list[Field] = []
        while self.tokens[self.place][1] != "}":
            found.append(self.selection(nesting))
        self.place += 1
        return tuple(found)

    def selection(self, nesting: int) -> Field:
        kind, word, start, _ = self.tokens[self.place]
        self.place += 1
        is_spread = word == "..."
        name = word
        if is_spread:
            name = ""
            if self.tokens[self.place][0] == "name" and self.tokens[self.place][1] != "on":
                name = self.tokens[self.place][1]
                self.place += 1
        elif kind != "name":
            raise ValueError(f"unexpected '{word}'")
        elif self.tokens[self.place][1] == ":":
            name = self.tokens[self.place + 1][1]
            self.place += 2
        self.skip_arguments(is_inline=is_spread and not name)
        inner = self.selections(nesting + 1) if self.tokens[self.place][1] == "{" else ()
        return Field(name, is_spread, start, self.tokens[self.place - 1][3], inner)

    def skip_arguments(self, *, is_inline: bool) -> None:
        """Pass over arguments, directives and, for an inline fragment, its type."""
        if is_inline and self.tokens[self.place][1] == "on":
            self.place += 2
        while self.tokens[self.place][1] in ("(", "@"):
            if self.tokens[self.place][1] == "(":
                self.skip_parentheses()
            else:
                self.place += 2


def parse_graphql(text: str) -> tuple[tuple[Operation, ...], dict[str, tuple[Field, ...]]]:
    """Return the operations and the selections of the fragments of a document.

    Raises:
        ValueError: it is no executable GraphQL document.
    """
    tokens: list[tuple[str, str, int, int]] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise ValueError(f"unexpected '{text[place]}'")
        if match.lastgroup != "skip":
            tokens.append((match.lastgroup or "", match[0], match.start(), match.end()))
        place = match.end()
    reader = _Reader(tokens)
    try:
        reader.document()
    except IndexError:
        raise ValueError("it ends too early") from None
    if not reader.operations:
        raise ValueError("there is no operation")
    return tuple(reader.operations), reader.fragments


def depth_of(selections: tuple[Field, ...], fragments: dict[str, tuple[Field, ...]]) -> int:
    """Return how many fields stand inside one another at most.

    Raises:
        ValueError: fragments hold themselves, or there is no such fragment.
    """
    known: dict[str, int] = {}

    def deepest(inner: tuple[Field, ...], inside: frozenset[str]) -> int:
        return max((measure(each, inside) for each in inner), default=0)

    def measure(each: Field, inside: frozenset[str]) -> int:
        if not each.is_spread:
            return 1 + deepest(each.selections, inside)
        if not each.name:
            return deepest(each.selections, inside)
        if each.name in inside or each.name not in fragments:
            raise ValueError(f"the fragment '{each.name}' is not there or holds itself")
        if each.name not in known:
            known[each.name] = deepest(fragments[each.name], inside | {each.name})
        return known[each.name]

    return deepest(selections, frozenset())


def fields_of(operation: Operation, fragments: dict[str, tuple[Field, ...]]) -> list[Field]:
    """Return the fields of the operation's own type, those of fragments included; call `depth_of` first."""
    found: list[Field] = []
    seen: set[str] = set()
    waiting = list(operation.selections)
    while waiting:
        each = waiting.pop(0)
        if not each.is_spread:
            found.append(each)
        elif not each.name:
            waiting = [*each.selections, *waiting]
        elif each.name not in seen:
            seen.add(each.name)
            waiting = [*fragments.get(each.name, ()), *waiting]
    return found


def without(text: str, fields: list[Field]) -> str:
    """Return the document without some fields."""
    for each in sorted(fields, key=lambda one: one.start, reverse=True):
        text = text[: each.start] + text[each.end :]
    return text
