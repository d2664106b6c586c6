"""Puts templates in the place of calls that look into JSON, so that nothing is made of what is merely passed.

`(string)body["choices"][0]["text"]` becomes one Python expression over what the parser made of the body; where something
is not plain (a missing name, a date, a token that was changed) it calls what it replaces. Variables that are only looked
into hold what the parser made: the elements of an array in a loop or a LINQ query, and bodies and their parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.expression.bind.bound import Bound, Call, Local, Op, Safe
from apim_ai.expression.paths import HAS, NULL_TESTS, Path, is_body, is_json, members, path_of, reading_of, test_of
from apim_ai.expression.survey import Survey, source_of
from apim_ai.expression.templates import Start, body_root, body_start, parsed_start, token_start, written
from apim_ai.expression.types import resolve

if TYPE_CHECKING:
    from apim_ai.expression.bind.bound import SBlock, SForEach, Store
    from apim_ai.expression.paths import Reading, Use
    from apim_ai.expression.survey import Query

__all__ = ["Fuser"]

_SCALARS = {
    "System.String": "{X}.__class__ is str and ({V} >= ':' or len({V}) < 19 or ({V}[10] != 'T' and {V}[0] != '/'))",
    "System.Boolean": "{X}.__class__ is bool",
    "System.Double": "{X}.__class__ is float",
    "System.Int32": "{X}.__class__ is int and -2147483648 <= {V} < 2147483648",
    "System.Int64": "{X}.__class__ is int and -9223372036854775808 <= {V} < 9223372036854775808",
}
"""By .NET type: the test that a value of the parser's is what C# gets.

A text must not look like a date, which begins with a digit or a slash: most texts are beyond both.
"""
_ARRAY = "{X}.__class__ is list"
_CONTAINER = "({X}.__class__ is dict or {V}.__class__ is list)"


class Fuser:
    """Says what to write in the place of the nodes of one expression."""

    def __init__(self, body: Bound | SBlock) -> None:
        self._body = body
        self._made: Survey | None = None

    @property
    def _survey(self) -> Survey:
        if self._made is None:
            self._made = Survey(self._body)
        return self._made

    # --- expressions ----------------------------------------------------------------------------------------------

    def fuse(self, node: Bound) -> Bound | None:
        """Return the node that does the same with fewer calls, or None."""
        if isinstance(node, Call):
            return self._call(node) if _touches_json(node) else None
        if isinstance(node, Op):
            return self._test(node) if node.template in NULL_TESTS and is_json(node.operands[0]) else None
        return self._read(node) if isinstance(node, Safe) and is_json(node.target) else None

    def _call(self, node: Call) -> Bound | None:
        if node.function is members().body:
            return _whole_body(node)
        query = self._survey.sink(node) if node.function in members().sinks else None
        if query is None:
            return self._read(node)
        if not query.calls and node.function in members().counts:
            return self._count(node, query)
        return _over(node, self._sequence(query))

    def _read(self, node: Bound) -> Bound | None:
        reading = reading_of(node)
        return None if reading is None else self._reading(node, reading)

    def _test(self, node: Op) -> Bound | None:
        reading = test_of(node)
        if reading is None:
            return None
        truth = cast("Bound", self._reading(node, reading))
        return truth if NULL_TESTS[node.template] else Op(node.type, "(not {0})", truth, may_be_null=False)

    def _reading(self, node: Bound, reading: Reading) -> Bound | None:
        path = reading.path
        if reading.wanted == HAS:
            before = Path(path.base, path.steps[:-1], path.go)
            start = self._start(before, "dict")
            end = "{X}.__class__ is dict", "{K} in {V}"
            return written(node.type, start, before, end, reading.use, path.steps[-1].key)
        test = _SCALARS.get(reading.wanted)
        start = self._parsed(path.base)
        if test is None:
            return None if start is None or is_body(path.base) else _by_tokens(node, start, reading)
        if start is None and not path.steps:
            return None  # nothing is gained
        test = f"({test} or {{V}} is None)" if reading.accepts_null else test
        return written(node.type, start or self._start(path, ""), path, (test, "{V}"), reading.use)

    def _count(self, node: Call, query: Query) -> Bound:
        function, path, go = node.function, query.path, query.path.go
        use: Use = lambda token: function(go(token))  # noqa: E731 - it must not hold the path, which holds the tree
        return written(node.type, self._start(path, "list"), path, (_ARRAY, "len({V})"), use)

    # --- statements -----------------------------------------------------------------------------------------------

    def stored(self, node: Store) -> Bound | None:
        """Return the object or array that a variable may hold as the parser made it, or None."""
        if not is_json(node) or not self._survey.is_stored(node.symbol):
            return None
        path = path_of(node.value)
        if not path.steps:
            return body_root(cast("Call", path.base))
        return written(node.type, self._start(path, ""), path, (_CONTAINER, "{V}"), path.go)

    def turns(self, node: SForEach) -> tuple[Bound, Bound] | None:
        """Return what a loop goes over and what its variable holds, where that may be what the parser made, or None."""
        if "Newtonsoft" not in node.item.type.name:
            return None
        found = self._survey.turns(node)
        if found is None:
            return None
        query, symbol = found
        source = cast("Call", node.source)
        return Call(source.type, source.function, self._sequence(query)), _turn(
            node
        ) if symbol is node.symbol else node.convert

    # --- parts ----------------------------------------------------------------------------------------------------

    def _sequence(self, query: Query) -> Bound:
        path = query.path
        found: Bound = written(path.base.type, self._start(path, "list"), path, (_ARRAY, "{V}"), path.go)
        for call in query.calls:
            found = _over(call, found)
        return found

    def _parsed(self, base: Bound) -> Start | None:
        """Return where a path begins that begins at what a parser made, or None."""
        if isinstance(base, Local):
            symbol = base.symbol
            if self._survey.is_element(symbol):
                return parsed_start(base, is_element=True)
            return parsed_start(base, is_element=False) if self._survey.is_stored(symbol) else None
        return body_start(cast("Call", base)) if is_body(base) else None

    def _start(self, path: Path, class_: str) -> Start:
        """Return where a path begins; `class_` is that of its end, where it has no steps."""
        return self._parsed(path.base) or token_start(path.base, path.steps[0].class_ if path.steps else class_)


def _by_tokens(node: Bound, start: Start, reading: Reading) -> Op:
    """Return what reads a variable by tokens, for a type that the parser knows nothing of."""
    return Op(node.type, f"{{slow}}({start.whole})", *start.operands, names={"slow": start.fit(reading.use)})


def _touches_json(node: Call) -> bool:
    return "Newtonsoft" in node.type.name or any(is_json(operand) for operand in node.operands)


def _over(call: Call, sequence: Bound) -> Call:
    """Return a member of LINQ over another sequence."""
    source = source_of(call)
    operands = [sequence if operand is source else operand for operand in call.operands]
    return Call(call.type, call.function, *operands, member=call.member, may_be_null=call.may_be_null)


def _turn(node: SForEach) -> Bound:
    """Return what the variable of a loop holds: the element, made sure of where it is cast."""
    from apim_ai.expression.library.json_peek import of_element  # noqa: PLC0415 - when JSON is first used

    item = Local(node.item)
    if not isinstance(node.convert, Call):
        return item
    template = "({0} if {0}.__class__ is dict else {convert}({0}))"
    return Op(item.type, template, item, names={"convert": of_element(node.convert.function)})


def _whole_body(node: Call) -> Bound | None:
    """Return a body as a token, parsed at most once while it is preserved."""
    from apim_ai.expression.library.json_peek import loader  # noqa: PLC0415 - when JSON is first used
    from apim_ai.expression.library.json_token import JObject, wrap  # noqa: PLC0415 - likewise

    if "Newtonsoft" not in node.type.name:
        return None
    if is_body(node):
        make = JObject if node.type.name.endswith("JObject") else wrap
        return Call(node.type, make, body_root(node), may_be_null=False)
    parsed = Call(resolve("object"), loader(None), *node.operands[2:])
    return Call(node.type, wrap, parsed, may_be_null=False)
