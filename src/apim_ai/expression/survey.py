"""Finds out which variables of an expression are only looked into, so that they need not hold tokens.

`messages.Any(m => (string)m["role"] == "user")` makes a token of each message, only to look at one name of it. Where all
that is done with a variable is looking (`paths`), nobody can tell whether it holds a token or what the JSON parser made.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from apim_ai.expression.bind.bound import Bound, Call, Const, Function, Lambda, Local, Op, Safe, SForEach, Store, Symbol
from apim_ai.expression.library.enumeration import iterate
from apim_ai.expression.paths import (
    JOBJECT,
    NULL_TESTS,
    Path,
    is_body,
    is_json,
    members,
    path_of,
    reading_of,
    stripped,
    test_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Query", "Survey", "children", "source_of"]


@cache
def _slots(kind: type) -> tuple[str, ...]:
    names = [name for base in kind.__mro__ for name in getattr(base, "__slots__", ())]
    return tuple(name for name in names if name not in ("type", "function", "symbol", "parameters", "names"))


def children(node: object) -> Iterator[object]:
    """Yield the parts of an expression or statement that are expressions or statements."""
    parts: list[object] = [getattr(node, name) for name in reversed(_slots(type(node)))]
    while parts:
        part = parts.pop()
        if isinstance(part, (tuple, list)):
            parts.extend(reversed(cast("list[object]", part)))
        elif type(part).__module__ == Bound.__module__ and type(part) not in _NO_PARTS:
            yield part


_NO_PARTS = {Symbol, Function}


class Query:
    """A sequence that is only looked into: where it begins, and what it goes through until its end.

    Args:
        path: leads to the array.
        calls: what the sequence goes through, the first one first.
    """

    __slots__ = ("calls", "path")

    def __init__(self, path: Path, calls: tuple[Call, ...]) -> None:
        self.path = path
        self.calls = calls


class Survey:
    """What is known of the variables of one expression."""

    def __init__(self, body: object) -> None:
        self._escaping: set[Symbol] = set()
        self._compared: set[Symbol] = set()  # with null, which an element never is
        self._elements: set[Symbol] = set()
        self._stored: set[Symbol] = set()
        self._parts: dict[Symbol, set[Symbol]] = {}  # variables that hold a part of what another one holds
        self._origins: dict[Symbol, Bound] = {}  # where the path to what a variable holds begins
        self._closed: set[Symbol] = set()
        self._seen: set[int] = set()
        self._is_done = False
        self._is_sound = True
        self._is_changing = False
        self._visit(body)
        self._is_done = True

    # --- what is asked --------------------------------------------------------------------------------------------

    def is_element(self, symbol: Symbol) -> bool:
        """Whether a variable may hold an element of an array as the parser made it."""
        is_only_looked_into = symbol in self._elements and symbol not in self._compared and not self._escapes(symbol)
        return is_only_looked_into and self._stays(symbol)

    def is_stored(self, symbol: Symbol) -> bool:
        """Whether a variable may hold an object or array as the parser made it."""
        return symbol in self._stored and not self._escapes(symbol) and self._stays(symbol)

    def query(self, source: Bound) -> Query | None:
        """Return the query that a sequence is, if nobody sees its elements."""
        node, _ = stripped(source)
        if isinstance(node, Call):
            if node.function in members().through:
                return self._through(node)
            if node.function is members().children:
                return self.query(node.operands[0])
        path = path_of(source)
        is_sequence = bool(path.steps) or (isinstance(path.base, Local) and is_json(path.base))
        return Query(path, ()) if is_sequence else None

    def sink(self, node: Call) -> Query | None:
        """Return the query that a call ends, if its function and those before look only into the elements."""
        if node.function not in members().sinks:
            return None
        query = self.query(source_of(node))
        return query if query is not None and self._only_look(node, query.path.base) else None

    def turns(self, node: SForEach) -> tuple[Query, Symbol] | None:
        """Return the query of a loop and the variable that holds its elements, if the loop looks only into them."""
        symbol = turn_variable(node)
        if symbol is None or not self.is_element(symbol):
            return None
        query = self.query(cast("Call", node.source).operands[0])
        return None if query is None else (query, symbol)

    def _through(self, node: Call) -> Query | None:
        query = self.query(source_of(node))
        return (
            Query(query.path, (*query.calls, node))
            if query is not None and self._only_look(node, query.path.base)
            else None
        )

    def _only_look(self, node: Call, origin: Bound) -> bool:
        """Whether all functions that see the elements are written in place and only look into them."""
        seeing = [each for each in node.operands if each.type.kind == "delegate"]
        return all(isinstance(each, Lambda) and self._looks(each, origin) for each in seeing)

    def _looks(self, function: Lambda, origin: Bound) -> bool:
        if not function.parameters:
            return False
        symbol = function.parameters[0]
        self._elements.add(symbol)
        self._origins[symbol] = origin
        self._visit(function)
        self._closed |= self._parts_of(symbol)
        return self.is_element(symbol)

    def _stays(self, symbol: Symbol) -> bool:
        """Whether nobody can change what a variable holds a part of; asked for good only when all is known."""
        origin = self._origins.get(symbol)
        if not self._is_done or not self._is_changing or origin is None or is_body(origin):
            return True
        base = origin.symbol if isinstance(origin, Local) else None
        return base is not None and (self.is_stored(base) or self.is_element(base))

    def _escapes(self, symbol: Symbol) -> bool:
        if not self._is_sound or symbol in self._escaping:
            return True
        return any(self._escapes(part) for part in self._parts.get(symbol, ()))

    # --- finding out ----------------------------------------------------------------------------------------------

    def _visit(self, node: object) -> None:
        if isinstance(node, Local):
            self._use(node.symbol)
            self._escaping.add(node.symbol)
        elif isinstance(node, Store):
            self._store(node)
        elif isinstance(node, SForEach):
            self._loop(node)
        elif isinstance(node, Lambda):
            if id(node) not in self._seen:
                self._seen.add(id(node))
                self._all(node)
        elif not (isinstance(node, (Call, Op, Safe)) and self._look(node)):
            self._is_changing = self._is_changing or _may_change(node)
            self._all(node)

    def _all(self, node: object) -> None:
        for each in children(node):
            self._visit(each)

    def _look(self, node: Call | Op | Safe) -> bool:
        """Take a node for a look at a variable, if it is one."""
        if isinstance(node, Op):
            return node.template in NULL_TESTS and self._test(node)
        reading = reading_of(node)
        if reading is not None:
            self._begin(reading.path.base)
            return True
        query = self.sink(node) if isinstance(node, Call) else None
        if query is None:
            return False
        self._begin_query(query)
        self._others(cast("Call", node))
        return True

    def _test(self, node: Op) -> bool:
        inner, _ = stripped(node.operands[0])
        if isinstance(inner, Local):
            self._use(inner.symbol)
            self._compared.add(inner.symbol)
            return True
        reading = test_of(node)
        if reading is not None:
            self._begin(reading.path.base)
        return reading is not None

    def _begin(self, base: Bound) -> None:
        if isinstance(base, Local):
            self._use(base.symbol)
        else:
            self._visit(base)

    def _begin_query(self, query: Query) -> None:
        self._begin(query.path.base)
        for call in query.calls:
            self._others(call)

    def _others(self, call: Call) -> None:
        """Visit the arguments of a member of a query, but for the sequence."""
        source = source_of(call)
        for operand in call.operands:
            if operand is not source:
                self._visit(operand)

    def _use(self, symbol: Symbol) -> None:
        if symbol in self._closed:
            self._is_sound = False  # what a loop's turn has settled on is seen outside of it

    def _store(self, node: Store) -> None:
        symbol = node.symbol
        self._use(symbol)
        if symbol in self._stored:
            self._escaping.add(symbol)  # assigned twice
        if not is_json(node):
            self._visit(node.value)
            return
        path = path_of(node.value)
        self._origins[symbol] = path.base
        if isinstance(path.base, Local) and path.steps:
            self._stored.add(symbol)
            self._use(path.base.symbol)
            self._parts.setdefault(path.base.symbol, set()).add(symbol)
        elif path.steps or is_body(path.base):
            self._stored.add(symbol)
            self._visit(path.base)
        else:
            self._escaping.add(symbol)
            self._visit(node.value)

    def _loop(self, node: SForEach) -> None:
        symbol = turn_variable(node)
        if symbol is None:
            self._all(node)
            return
        self._elements.add(symbol)
        self._visit(node.body)
        if symbol is node.item:
            self._visit(node.convert)
        self._closed |= self._parts_of(symbol)
        found = self.turns(node)
        if found is None:
            self._visit(node.source)
        else:
            self._origins[symbol] = found[0].path.base
            self._begin_query(found[0])

    def _parts_of(self, symbol: Symbol) -> set[Symbol]:
        found = set(self._parts.get(symbol, ()))
        return found.union(*(self._parts_of(part) for part in found))


def _may_change(node: object) -> bool:
    """Whether a node may change a token: a call that is given one and is not known to leave it alone."""
    if not isinstance(node, Call) or not any(is_json(operand) for operand in node.operands):
        return False
    is_harmless = node.member == "cast" or node.member.startswith("System.Linq.") or node.function in members().reads
    return not is_harmless


def source_of(call: Call) -> Bound:
    """Return the sequence that a member of LINQ is called on."""
    return next((each for each in call.operands if not isinstance(each, Const)), call.operands[-1])


def turn_variable(node: SForEach) -> Symbol | None:
    """Return the variable of a loop over tokens that holds the elements themselves."""
    source = node.source
    if not isinstance(source, Call) or source.function is not iterate or "Newtonsoft" not in node.item.type.name:
        return None
    convert = node.convert
    is_cast = isinstance(convert, Call) and convert.member == "cast" and convert.type.name == JOBJECT
    inner, _ = stripped(cast("Call", convert).operands[0] if is_cast else convert)
    return node.symbol if isinstance(inner, Local) and inner.symbol is node.item else node.item
