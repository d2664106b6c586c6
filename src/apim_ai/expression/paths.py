"""Finds, in the bound tree, what looks into JSON: chains of look-ups with constant keys, and what is made of their ends.

`(string)body["choices"][0]["text"]` is a cast of a look-up of a look-up …; nobody sees the tokens between. A `Path` says
where such a chain begins, how to go it in what a JSON parser made, and how from token to token; a `Reading` adds what is
made of its end. `fuse` puts one template in their place, which falls back on the very calls it replaces.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

from apim_ai.expression.bind.bound import Call, Const, Local, Op, Safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from apim_ai.expression.bind.bound import Bound
    from apim_ai.expression.library.json_value import JToken
    from apim_ai.expression.types import ClrType

    Function = Callable[..., object]
    Use = Callable[[JToken | None], object]
    Refuse = Callable[[], object]

__all__ = [
    "HAS", "JOBJECT", "JSON", "NULL_TESTS", "Path", "Reading", "Step", "is_body", "is_json", "members", "path_of", "reading_of", "stripped", "test_of",
]  # fmt: skip

HAS = "has"
JOBJECT = "Newtonsoft.Json.Linq.JObject"
NULL_TESTS = {"({0} is not None)": True, "({0} is None)": False}
"""What asks whether something is null, and its answer where there is something."""
JSON = {JOBJECT: "JObject", "Newtonsoft.Json.Linq.JArray": "JArray"}


class _Members:
    """The functions behind the C# members that are looked for."""

    def __init__(self) -> None:
        from apim_ai.expression.library import (  # noqa: PLC0415 - when JSON is first used  # noqa: PLC0415 - likewise
            apim_message,
            json_casts,
            json_objects,
            linq_numbers,
            linq_results,
            system_linq,
        )
        from apim_ai.expression.library import newtonsoft_json_linq as tokens  # noqa: PLC0415 - likewise

        self.getters: set[Function] = {tokens.object_get, tokens.token_get, tokens.array_get, json_objects.get_value}
        self.edges: dict[Function, int] = {
            tokens.first_child: 0, tokens.last_child: -1, linq_results.first: 0, linq_results.last: -1,
        }  # fmt: skip
        self.casts: dict[Function, str] = json_casts.CAST_TARGETS
        self.text: Function = tokens.token_text
        self.keyed_value: Function = tokens.value_of_key
        self.value: Function = json_casts.extension_value
        self.body: Function = apim_message.body_as
        self.contains_key: Function = json_objects.contains_key
        self.counts: set[Function] = {linq_results.count, tokens.container_count}
        self.children: Function = tokens.children
        self.reads = self.getters | self.casts.keys() | {self.text, self.keyed_value, self.value, self.body}
        self.reads |= {self.children, tokens.token_json, tokens.container_count, *self.edges}
        self.through: set[Function] = {system_linq.where, system_linq.skip, system_linq.take, system_linq.reverse}
        self.sinks: set[Function] = self.counts | linq_numbers.TOTALS
        self.sinks |= {system_linq.select, linq_results.any_, linq_results.any_where, linq_results.all_}
        self.sinks.add(linq_results.count_where)


@cache
def members() -> _Members:
    """Return the functions, once they are asked for: the modules that have them take their time."""
    return _Members()


@dataclass(frozen=True, slots=True)
class Step:
    """One step in what a parser made.

    Args:
        class_: `dict` or `list`: what it starts from.
        code: Python for what it leads to: `{X}` is the start when it is first looked at, `{V}` from then on, `{K}` the key.
            Empty where it only makes sure of the class.
        key: a name or a place.
    """

    class_: str
    code: str
    key: Const | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """A chain of look-ups.

    Args:
        base: where it begins.
        steps: how it goes on.
        go: goes it from token to token.
    """

    base: Bound
    steps: tuple[Step, ...]
    go: Use

    @property
    def ends_in_name(self) -> bool:
        """Whether Python's None at its end means what null means: nothing of that name, or JSON's null."""
        return bool(self.steps) and self.steps[-1].code == _BY_NAME


@dataclass(frozen=True, slots=True)
class Reading:
    """What is made of the end of a path.

    Args:
        path: the path.
        wanted: .NET full name of a scalar's type, or `HAS` for whether there is something of the last name.
        accepts_null: whether null, or no such name, gives null.
        use: makes it of the token that the path begins at.
    """

    path: Path
    wanted: str
    accepts_null: bool
    use: Use


_BY_NAME = "{X}.get({K})"
_BY_PLACE = "({V}[{K}] if len({X}) > {K} else None)"
_EDGES = {0: "({V}[0] if {X} else None)", -1: "({V}[-1] if {X} else None)"}


def stripped(node: Bound) -> tuple[Bound, Refuse | None]:
    """Return a node without what only changes its type, and what refuses null there."""
    refuse: Refuse | None = None
    while isinstance(node, Op) and len(node.operands) == 1:
        if node.names and _GUARDS.issuperset(node.names):
            (refuse,) = cast("Iterable[Refuse]", node.names.values())
        elif node.template != "{0}":
            break
        node = node.operands[0]
    return node, refuse


_GUARDS = {"null_reference", "refuse"}


def _same(token: JToken | None) -> object:
    return token


def _then(before: Use, use: Use, refuse: Refuse | None = None) -> Use:
    """Return one use after another, null refused at its end or not."""
    if refuse is None:
        return use if before is _same else lambda token: use(cast("JToken | None", before(token)))

    def go(token: JToken | None) -> object:
        found = use(cast("JToken | None", before(token)))
        return refuse() if found is None else found

    return go


def is_json(node: Bound) -> bool:
    """Whether a node's type is one of JSON's, or a sequence of them."""
    return "Newtonsoft" in stripped(node)[0].type.name


def is_body(node: Bound) -> bool:
    """Whether a node is a body read as an object or array."""
    return isinstance(node, Call) and node.type.name in JSON and node.function is members().body


def path_of(node: Bound) -> Path:
    """Return the path that ends at a node; it has no steps where the node is no look-up."""
    inner, refuse = stripped(node)
    found = _last_steps(inner)
    if found is None:
        return Path(inner, (), _then(_same, _same, refuse))
    steps, operand, use = found
    before = path_of(operand)
    return Path(before.base, (*before.steps, *steps), _then(before.go, use, refuse))


def _last_steps(node: Bound) -> tuple[tuple[Step, ...], Bound, Use] | None:
    """Return the step that a node is, what it starts from, and how to go it with a token."""
    if isinstance(node, Safe):
        return _safe_steps(node)
    if not isinstance(node, Call):
        return None
    function, operands = node.function, node.operands
    known = members()
    if function in known.getters:
        return _look_up(function, operands[0], operands[1])
    if function in known.edges and len(operands) == 1 and is_json(node):
        step = Step("list", _EDGES[known.edges[function]])
        return (step,), operands[0], function
    if node.member == "cast" and node.type.name in JSON and "Newtonsoft" in operands[0].type.name:
        step = Step("dict" if JSON[node.type.name] == "JObject" else "list", "")
        return (step,), operands[0], function
    return None


def _look_up(function: Function, target: Bound, key: Bound) -> tuple[tuple[Step, ...], Bound, Use] | None:
    if not isinstance(key, Const):
        return None
    value = key.value
    if type(value) is str:
        step = Step("dict", _BY_NAME, key)
    elif type(value) is int and value >= 0:
        step = Step("list", _BY_PLACE, key)
    else:
        return None
    return (step,), target, lambda token: function(token, value)


def _safe_steps(node: Safe) -> tuple[tuple[Step, ...], Bound, Use] | None:
    """Take `target?.access` for the steps of the access, where that begins at the target."""
    path = path_of(node.access)
    if not path.steps or not isinstance(path.base, Local) or path.base.symbol is not node.symbol:
        return None
    return path.steps, node.target, _unless_null(path.go)


def _unless_null(use: Use) -> Use:
    return lambda token: None if token is None else use(token)


# --- what is made of them --------------------------------------------------------------------------------------------


def reading_of(node: Bound) -> Reading | None:
    """Return the cast, `ToString()`, `Value<T>()` or `ContainsKey` that a node is; its path may have no steps."""
    if isinstance(node, Safe):
        return _safe_reading(node)
    if not isinstance(node, Call):
        return None
    function, operands = node.function, node.operands
    known = members()
    if function in known.casts:
        return _made(node, operands[0], known.casts[function], function)
    if function is known.text:
        return _made(node, operands[1], "System.String", _bound_to(function, operands[0]), accepts_null=False)
    if function is known.value:
        wanted = cast("Const", operands[1])
        return _made(node, operands[2], _bare(wanted), _bound_to(function, operands[0], wanted), accepts_null=False)
    if function is known.keyed_value:
        return _keyed_value(node)
    return _contains(node) if function is known.contains_key else None


def _bound_to(function: Function, *given: Bound) -> Use:
    values = [cast("Const", each).value for each in given]
    return lambda token: function(*values, token)


def _bare(type_: Const) -> str:
    wanted = cast("ClrType", type_.value)
    return (wanted.element if wanted.kind == "nullable" else wanted).name


def _made(node: Call, operand: Bound, wanted: str, use: Use, *, accepts_null: bool = True) -> Reading:
    path = path_of(operand)
    accepts = accepts_null and node.type.accepts_null and path.ends_in_name
    return Reading(path, wanted, accepts, _then(path.go, use))


def _keyed_value(node: Call) -> Reading | None:
    settings, type_, target, key = node.operands
    given = [cast("Const", each).value for each in (settings, type_)]
    wanted = _bare(cast("Const", type_))
    return _keyed(target, key, wanted, lambda *rest: node.function(*given, *rest), accepts_null=node.type.accepts_null)


def _contains(node: Call) -> Reading | None:
    target, key = node.operands
    return _keyed(target, key, HAS, node.function)


def _keyed(target: Bound, key: Bound, wanted: str, function: Function, *, accepts_null: bool = False) -> Reading | None:
    """Return the use of a member that takes the last name itself."""
    found = _look_up(function, target, key)
    if found is None:
        return None
    steps, _, use = found
    before = path_of(target)
    path = Path(before.base, (*before.steps, *steps), before.go)
    return Reading(path, wanted, accepts_null and path.ends_in_name, _then(before.go, use))


def test_of(node: Op) -> Reading | None:
    """Return whether there is something at the end of a path, as a comparison with null asks."""
    path = path_of(node.operands[0])
    go = path.go
    return Reading(path, HAS, False, lambda token: go(token) is not None) if path.ends_in_name else None  # noqa: FBT003 - no null


def _safe_reading(node: Safe) -> Reading | None:
    """Take `target?.ToString()` for a reading of the target."""
    inner = reading_of(node.access)
    if inner is None or not isinstance(inner.path.base, Local) or inner.path.base.symbol is not node.symbol:
        return None
    before = path_of(node.target)
    path = Path(before.base, (*before.steps, *inner.path.steps), before.go)
    use = _then(before.go, _unless_null(inner.use))
    return Reading(path, inner.wanted, inner.accepts_null, use)
