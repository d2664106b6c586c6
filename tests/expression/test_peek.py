"""Reads of JSON that make no tokens give what the tokens would have given."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.expression.evaluation import evaluate

BODY = {
    "text": "x", "date": "2020-01-02T03:04:05Z", "int": 5, "long": 2**40, "huge": 2**63, "real": 1.5, "yes": True,
    "none": None, "empty": {}, "list": [1, "a", {"b": "c"}, None], "deep": {"a": {"b": [{"c": "d"}]}}, "5": "digit",
}  # fmt: skip
READS = [
    "(string){0}", "{0}.ToString()", "{0}?.ToString()", "(int){0}", "(int?){0}", "(long){0}", "(bool){0}", "(bool?){0}",
    "(double){0}", "{0} != null", "{0} == null",
]  # fmt: skip
PATHS = [f'["{name}"]' for name in BODY] + [
    '["nothing"]', '["nothing"]["a"]', '["list"][0]', '["list"][1]', '["list"][2]["b"]', '["list"][9]', '["list"][-1]',
    '["list"]["a"]', '["deep"]["a"]["b"][0]["c"]', '["text"]["a"]', '["empty"]["a"]', '["none"]["a"]', '["deep"][0]',
]  # fmt: skip


def outcome(expression: str) -> object:
    """Return type and value, or exception and message."""
    result = evaluate(expression, {"request": {"body": json.dumps(BODY)}})
    assert result.error is None or result.error["kind"] == "runtime", (expression, result.error)
    return result.error or (result.type, result.text)


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("path", PATHS)
def test_reads_without_tokens_agree_with_those_of_tokens(path: str, read: str) -> None:
    base = "context.Request.Body.As<JObject>(true)"
    direct = outcome(f"@({read.replace('{0}', base + path)})")
    local = outcome(f"@{{ var b = {base}; return {read.replace('{0}', 'b' + path)}; }}")
    # an assigned variable holds the token itself, so nothing is left to fuse
    slow = outcome(f"@{{ var b = {base}; JToken t = b{path}; return {read.replace('{0}', 't')}; }}")
    assert direct == local == slow


@pytest.mark.parametrize("type_", ["string", "int", "int?", "long", "bool", "bool?", "double", "JToken"])
@pytest.mark.parametrize("name", [*BODY, "nothing"])
def test_value_without_tokens_agrees_with_that_of_tokens(name: str, type_: str) -> None:
    base = "context.Request.Body.As<JObject>(true)"
    direct = outcome(f'@({base}.Value<{type_}>("{name}"))')
    slow = outcome(f'@{{ var b = {base}; var key = "{name}"; return b.Value<{type_}>(key); }}')
    assert direct == slow


def test_a_read_sees_what_was_changed() -> None:
    change = 'b["deep"]["a"]["b"][0]["c"] = "new"; b["text"] = "t"; b["more"] = 1; b.Remove("int");'
    read = '(string)b["deep"]["a"]["b"][0]["c"] + b["text"].ToString() + (int)b["more"] + (b["int"] == null)'
    body = "var b = context.Request.Body.As<JObject>(true);"
    assert outcome(f"@{{ {body} {change} return {read}; }}") == ("System.String", "newt1True")


def test_a_new_name_comes_last_and_a_replaced_value_stays_in_its_place() -> None:
    code = 'var b = JObject.Parse("{\\"a\\":1,\\"b\\":2}"); var old = b["a"]; b["c"] = 3; b["a"] = 4;'
    shown = "b.ToString(Newtonsoft.Json.Formatting.None) + old + (old.Parent == null)"
    assert outcome(f"@{{ {code} return {shown}; }}") == ("System.String", '{"a":4,"b":2,"c":3}1True')


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text() | st.sampled_from(["2020-01-02T03:04:05Z", "\u2028", "\x7f\x1f", "é\\u"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(st.text(max_size=4), JSON, max_size=4), st.sampled_from(["None", "Indented"]))
def test_the_quick_writer_writes_what_the_other_writes(value: dict[str, object], layout: str) -> None:
    context = {"request": {"body": json.dumps(value)}}
    body = "context.Request.Body.As<JObject>(true)"
    quick = evaluate(f"@({body}.ToString(Newtonsoft.Json.Formatting.{layout}))", context)
    # a property is not written by the quick one
    other = evaluate(f'@(new JProperty("p", {body}).ToString(Newtonsoft.Json.Formatting.None))', context)
    if layout == "None":
        assert other.text == f'"p":{quick.text}'
    assert json.loads(quick.text or "").keys() == value.keys()
