"""Whatever a case holds that has the format's shape, it is read and run without a fault of our own."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apim_ai.cases.format import CASE, STEP, read_case
from apim_ai.cases.model import Case
from apim_ai.cases.run import Runner
from apim_ai.config import Located

if TYPE_CHECKING:
    from apim_ai.cases.shape import Shape

WORDS = st.sampled_from(
    (
        "", "a", "x", "/a", "/b?x=1", "https://a.test/x", "http://[", "POST", "200", "1", "headers.X", "$.a", "$.a[*]",
        "*", "https://*", "2026-01-01T00:00:00Z", "10s", "aGVsbG8=", "é\U0001f600", "\x00", "${a}", "<policies/>",
        "<policies><inbound><set-method>PUT</set-method></inbound></policies>", "<fragment/>", "{{a}}", "@(1)", "PT1M",
        "Pool", "/backends/a",
    )
)  # fmt: skip
NUMBERS = st.sampled_from([0, 1, 2, 3, 100, 200, 429, 503, 599])
SCALARS = WORDS | NUMBERS | st.booleans() | st.none() | st.sampled_from([0.5, -1.5, float("inf")])
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=2), max_leaves=4
)
LEFT_OUT = {"project", "env", "settings"}  # what needs files, and what has a checker of its own
PLAIN: dict[type, st.SearchStrategy[Any]] = {
    str: WORDS, int: NUMBERS, float: st.sampled_from([0.0, 0.5, 3.0]), bool: st.booleans(), type(None): st.none(),
}  # fmt: skip


def of(shape: Shape) -> st.SearchStrategy[Any]:
    """Return values that a shape allows; those that only a check refuses are among them."""
    if shape.choices:
        return st.sampled_from(shape.choices)
    return st.one_of(*(_of_type(kind, shape) for kind in shape.types)) if shape.types else DATA


def _of_type(kind: type, shape: Shape) -> st.SearchStrategy[Any]:
    each = of(shape.each) if shape.each else DATA
    if kind is list:
        return st.lists(each, max_size=2)
    if kind is not dict:
        return PLAIN[kind]
    if shape.keys is None:
        return st.dictionaries(WORDS, each, max_size=2)
    needed = {key: st.deferred(lambda key=key: of(cast("Any", shape.keys)[key])) for key in shape.needs}
    others = {key: st.deferred(lambda part=part: of(part)) for key, part in shape.keys.items() if key not in needed}
    return _some(needed, others)


@st.composite
def _some(
    draw: st.DrawFn, needed: dict[str, st.SearchStrategy[Any]], others: dict[str, st.SearchStrategy[Any]]
) -> dict[str, Any]:
    """Draw a mapping with few of its optional keys: with many, nothing would ever fit."""
    chosen = draw(st.lists(st.sampled_from(sorted(others)), max_size=3, unique=True)) if others else []
    return {key: draw(strategy) for key, strategy in {**needed, **{key: others[key] for key in chosen}}.items()}


CASES = st.fixed_dictionaries({"case": of(CASE), "steps": st.lists(of(STEP), max_size=2)})


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(CASES)
def test_no_case_is_a_fault_of_ours(made: dict[str, Any]) -> None:
    given_case = {key: value for key, value in made["case"].items() if key not in LEFT_OUT}
    if "refused" not in given_case:
        steps = [{**step, "repeat": 1} for step in made["steps"]]
        given_case |= {"steps": [{key: item for key, item in step.items() if key != "parallel"} for step in steps]}
    content, problems = read_case(given_case)
    if problems:
        assert all(problem.message for problem in problems)
        return
    with tempfile.TemporaryDirectory() as folder:
        case = Case("x.case.yaml", 0, "x", content, Path(folder), Located(content, "x.case.yaml"))
        assert "could not be run" not in (Runner().run(case).error or "")
