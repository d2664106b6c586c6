"""The steps of a JSONPath: each takes tokens and yields those it leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn, cast

from apim_ai.expression.exceptions import ClrException, out_of_range
from apim_ai.expression.library.json_compare import compare_scalars, compare_values, equal_values
from apim_ai.expression.library.json_token import JArray, JObject, JProperty
from apim_ai.expression.library.json_value import JContainer, JToken, JValue
from apim_ai.expression.library.meter import METER

__all__ = [
    "Filter", "both", "by_fields", "by_index", "by_indexes", "by_name", "by_query", "by_slice", "comparison", "either",
    "evaluate", "everywhere", "exists", "root_only",
]  # fmt: skip
_TEST_STEPS = 4
"""How many steps of a run the test of one token counts for."""
Filter = Callable[[JToken, Iterable[JToken], bool], Iterator[JToken]]
"""Takes the root, the tokens so far, and whether a step must lead somewhere."""
Test = Callable[[JToken, JToken], bool]
"""Takes the root and a token."""
Side = list[Filter] | tuple[object]
"""One side of a comparison: a path, or a constant."""


def _fail(text: str) -> NoReturn:
    raise ClrException("Newtonsoft.Json.JsonException", text)


def evaluate(filters: list[Filter], root: JToken, token: JToken, *, must_match: bool) -> Iterator[JToken]:
    """Take all steps from a token."""
    current: Iterator[JToken] = iter([token])
    for each in filters:
        current = each(root, current, must_match)
    return current


def root_only(root: JToken, _tokens: Iterable[JToken], _must_match: bool) -> Iterator[JToken]:  # noqa: FBT001 - a Filter
    """Go back to the root."""
    yield root


def by_name(name: str | None) -> Filter:
    """Return the step to the value of a name, or of all names."""

    def step(_root: JToken, tokens: Iterable[JToken], must_match: bool) -> Iterator[JToken]:  # noqa: FBT001 - a Filter
        for token in tokens:
            if not isinstance(token, JObject):
                if must_match:
                    _fail(f"Property '{'*' if name is None else name}' not valid on {type(token).__name__}.")
            elif name is None:
                yield from (each.value for each in token.properties())
            else:
                found = token.get(name)
                if found is not None:
                    yield found
                elif must_match:
                    _fail(f"Property '{name}' does not exist on JObject.")

    return step


def by_fields(names: list[str]) -> Filter:
    """Return the step to the values of several names; where each must be there, the first already fails."""

    def step(_root: JToken, tokens: Iterable[JToken], must_match: bool) -> Iterator[JToken]:  # noqa: FBT001 - a Filter
        for token in tokens:
            if isinstance(token, JObject):
                for name in names:
                    found = token.get(name)
                    if found is not None:
                        yield found
                    if must_match:
                        _fail(f"Property '{name}' does not exist on JObject.")
            elif must_match:
                quoted = ", ".join(f"'{name}'" for name in names)
                _fail(f"Properties {quoted} not valid on {type(token).__name__}.")

    return step


def _element(token: JToken, index: int, *, must_match: bool) -> JToken | None:
    if not isinstance(token, JArray):
        if must_match:
            _fail(f"Index {index} not valid on {type(token).__name__}.")
        return None
    if index >= len(token):
        if must_match:
            _fail(f"Index {index} outside the bounds of JArray.")
        return None
    if index < 0:
        out_of_range("index", "Index was out of range. Must be non-negative and less than the size of the collection.")
    return token.child(index)


def by_index(index: int | None) -> Filter:
    """Return the step to an element, or to all."""
    if index is not None:
        return by_indexes([index])

    def step(_root: JToken, tokens: Iterable[JToken], must_match: bool) -> Iterator[JToken]:  # noqa: FBT001 - a Filter
        for token in tokens:
            if isinstance(token, JArray):
                yield from token.children()
            elif must_match:
                _fail(f"Index * not valid on {type(token).__name__}.")

    return step


def by_indexes(indexes: list[int]) -> Filter:
    """Return the step to several elements."""

    def step(_root: JToken, tokens: Iterable[JToken], must_match: bool) -> Iterator[JToken]:  # noqa: FBT001 - a Filter
        for token in tokens:
            for index in indexes:
                found = _element(token, index, must_match=must_match)
                if found is not None:
                    yield found

    return step


def by_slice(start: int | None, end: int | None, stride: int | None) -> Filter:
    """Return the step to some elements in a row."""

    def step(_root: JToken, tokens: Iterable[JToken], must_match: bool) -> Iterator[JToken]:  # noqa: FBT001 - a Filter
        if stride == 0:
            _fail("Step cannot be zero.")
        for token in tokens:
            if isinstance(token, JArray):
                found = token.children()[slice(start, end, stride)]
                if not found and must_match:
                    first, last = ("*" if each is None else each for each in (start, end))
                    _fail(f"Array slice of {first} to {last} returned no results.")
                yield from found
            elif must_match:
                _fail(f"Array slice is not valid on {type(token).__name__}.")

    return step


def _within(token: JToken) -> Iterator[JToken]:
    """Yield all tokens within one, properties included."""
    waiting = [iter(token.children())]
    while waiting:
        child = next(waiting[-1], None)
        if child is None:
            waiting.pop()
            continue
        yield child
        waiting.append(iter(child.children()))


def everywhere(names: list[str] | None) -> Filter:
    """Return the step to all values of names at any depth, or to everything."""

    def step(_root: JToken, tokens: Iterable[JToken], _must_match: bool) -> Iterator[JToken]:  # noqa: FBT001 - a Filter
        for token in tokens:
            if names is None:
                yield token
            for each in _within(token):
                if isinstance(each, JProperty):
                    if names is not None and each.property_name in names:
                        yield each.value
                elif names is None:
                    yield each

    return step


def by_query(test: Test, *, is_deep: bool) -> Filter:
    """Return the step to the children, or to all tokens within, for which a test holds."""

    def step(root: JToken, tokens: Iterable[JToken], _must_match: bool) -> Iterator[JToken]:  # noqa: FBT001 - a Filter
        for token in tokens:
            if is_deep:
                if test(root, token):
                    yield token
                yield from (each for each in _within(token) if test(root, each))
            elif isinstance(token, JContainer):
                yield from (each for each in token.children() if test(root, each))

    return step


# --- tests -----------------------------------------------------------------------------------------------------------


def both(tests: list[Test]) -> Test:
    """Return the test that all tests hold."""
    return lambda root, token: all(test(root, token) for test in tests)


def either(tests: list[Test]) -> Test:
    """Return the test that some test holds."""
    return lambda root, token: any(test(root, token) for test in tests)


def _results(side: Side, root: JToken, token: JToken) -> Iterator[JToken]:
    if isinstance(side, tuple):
        return iter([JValue(side[0])])
    return evaluate(side, root, token, must_match=False)


def exists(side: Side) -> Test:
    """Return the test that a path leads somewhere."""
    return lambda root, token: next(_results(side, root, token), None) is not None


def comparison(operator: str, left: Side, right: Side) -> Test:
    """Return the test that some token of the left compares with one of the right."""

    def test(root: JToken, token: JToken) -> bool:
        METER.take(_TEST_STEPS)
        mine = list(_results(left, root, token))
        theirs = list(_results(right, root, token)) if mine else []
        METER.take(len(mine) * len(theirs))
        return any(_holds(operator, one, other) for one in mine for other in theirs)

    return test


def _holds(operator: str, left: JToken, right: JToken) -> bool:
    if not isinstance(left, JValue) or not isinstance(right, JValue):
        return operator in ("!=", "<>")
    if operator == "=~":
        return _matches(left, right)
    if operator in ("==", "!=", "<>"):
        return _same(left, right) == (operator == "==")
    if operator in ("===", "!=="):
        return _strictly_same(left, right) == (operator == "===")
    order = compare_values(left, right)
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[operator]


def _are_numbers(left: JValue, right: JValue) -> bool:
    return {left.type, right.type} == {"Integer", "Float"}


def _same(left: JValue, right: JValue) -> bool:
    if equal_values(left, right):
        return True
    if _are_numbers(left, right):
        return compare_scalars(left.type, left.value, right.value) == 0
    if right.type != "String" or left.type not in ("Date", "Bytes", "Guid", "TimeSpan", "Uri"):
        return False
    from apim_ai.expression.library.json_writer import scalar_text  # noqa: PLC0415 - rare
    from apim_ai.expression.settings import DEFAULT  # noqa: PLC0415 - rare

    return scalar_text(left.value, DEFAULT).strip('"') == right.value


def _strictly_same(left: JValue, right: JValue) -> bool:
    if _are_numbers(left, right):
        return compare_scalars(left.type, left.value, right.value) == 0
    return left.type == right.type and equal_values(left, right)


def _matches(left: JValue, right: JValue) -> bool:
    if left.type != "String" or right.type != "String":
        return False
    pattern, _, letters = cast("str", right.value)[1:].rpartition("/")
    from apim_ai.expression.library.system_text_regularexpressions import compile_pattern, is_match  # noqa: PLC0415 - rare
    from apim_ai.expression.settings import DEFAULT  # noqa: PLC0415 - rare

    options = sum({"i": 1, "m": 2, "s": 16, "x": 4}.get(each, 0) for each in letters)
    return is_match(DEFAULT, compile_pattern(pattern, options, DEFAULT), cast("str", left.value))
