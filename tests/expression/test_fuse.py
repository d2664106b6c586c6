"""What is read without tokens is what tokens would have given: each expression is run in both ways over many bodies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apim_ai.expression.compiler import compile_text
from apim_ai.expression.exceptions import ClrException
from apim_ai.expression.fuse import Fuser
from apim_ai.expression.given import context_of
from apim_ai.expression.library.json_token import JArray, JObject
from apim_ai.expression.library.json_value import JValue
from apim_ai.expression.values import clr_type_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.context import Context

BODY = "context.Request.Body.As<JObject>(true)"
LIST = f'{BODY}["l"]'
LOOKS = [
    '(string)m["a"]', 'm["a"].ToString()', 'm["a"]?.ToString()', '(int?)m["a"]', '(bool)m["a"]', 'm.Value<string>("a")',
    'm["a"].Value<long>()', '(decimal)m["a"]', "(string)m", "m.ToString()", 'm["a"] != null', 'm["l"].Count()', 'm["l"][0].ToString()',
    'm["l"].Any(n => n["a"] == null)', 'm["l"].Any(n => (string)n == (string)m["a"])', 'm["l"].First()["a"].ToString()', 'm["l"].Last["a"] == null',
    'm["a"]?["a"]?.ToString()', 'm["l"].Where(n => n["a"] != null).Count()', '((JArray)m["l"]).Count', '((JObject)m["a"])["a"].ToString()',
    "m.Path", 'm["l"].Select(n => n["a"]).Count()', 'm["l"].Sum(n => (int)n)', 'm["l"].Children().Count()', 'm["l"].Max(n => (int?)n)',
]  # fmt: skip
SHAPES = [
    f"@{{ var m = {BODY}; return {{look}}; }}",
    f'@{{ var m = {BODY}["a"]; return {{look}}; }}',
    f'@{{ var b = {BODY}; var m = b["a"]; if (m != null) {{ return {{look}}; }} return b["l"].Count(); }}',
    f'@{{ var s = ""; foreach (var m in {LIST}) {{ s += {{look}}; }} return s; }}',
    f'@{{ var s = ""; foreach (JObject m in {LIST}) {{ s += {{look}}; }} return s; }}',
    f'@{{ var s = ""; foreach (var o in {LIST}.Skip(1)) {{ var m = o["a"]; s += {{look}}; }} return s; }}',
    f"@{{ JToken m = null; foreach (var o in {LIST}) {{ m = o; }} return {{look}}; }}",
    f'@{{ JToken m; foreach (var o in {LIST}) {{ m = o["a"]; }} m = {LIST}; return {{look}}; }}',
    f'@(string.Join("|", {LIST}.Select(m => {{look}})))',
    f"@({LIST}.Where(m => ({{look}}).Equals(1) || true).Count())",
    f'@{{ Func<JToken, object> f = m => {{look}}; return string.Join("|", {LIST}.Select(f)) + {LIST}.Any(m => f(m) == null); }}',
    f'@{{ bool F(JToken m) {{{{ return ({{look}}).ToString() != ""; }}}} var s = ""; foreach (var m in {LIST}.Where(F)) {{ s += m; }} return s + {LIST}.Count(F); }}',
    f"@({LIST}.Any(m => {{look}} is string) ? 1 : 2)",
    f'@{{ var b = {BODY}; var q = b["l"].Select(m => {{look}}); b["l"] = new JArray(new JObject {{{{ ["a"] = "new" }}}}); return string.Join("|", q); }}',
    f'@{{ var b = {BODY}; var m = b["a"]; b["a"] = new JObject {{{{ ["a"] = 5 }}}}; return {{look}}; }}',
    f'@{{ var b = {BODY}; var s = ""; foreach (var m in b["l"]) {{ b["l"][0]["a"] = "new"; s += {{look}}; }} return s; }}',
    '@{ var m = (JObject)context.Variables["o"]; return {look}; }',
    '@{ var m = context.Variables.GetValueOrDefault<JObject>("o")["a"]; return {look}; }',
]  # fmt: skip
EXPRESSIONS = [
    shape.replace("{{", "{").replace("}}", "}").replace("{look}", look) for shape in SHAPES for look in LOOKS
]
SCALARS = st.sampled_from(
    [None, True, False, 0, 1, -1, 2**31, 2**63, 1.5, "", "x", "1", "2020-01-02T03:04:05Z", "/Date(1577934245000)/"]
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.fixed_dictionaries({}, optional={"a": inner, "l": st.lists(inner, max_size=3)})
    ),
    max_leaves=8,
)


def _nothing(_fuser: Fuser, _node: object) -> None:
    """Fuse nothing."""


def pair(expression: str) -> tuple[Callable[[Context], object], Callable[[Context], object]] | None:
    """Return an expression compiled as usual, and with nothing put in the place of anything."""
    compiled = compile_text(expression).compiled
    if compiled is None:
        return None
    fused = compiled.run
    with pytest.MonkeyPatch.context() as patch:
        for name in ("fuse", "stored", "turns"):
            patch.setattr(Fuser, name, _nothing)
        again = compile_text.__wrapped__(expression).compiled
        assert again is not None
        plain = again.run
    return fused, plain


def outcome(evaluate: Callable[[Context], object], context: Context) -> object:
    """Return type and text, or exception and message."""
    try:
        value = evaluate(context)
    except ClrException as error:
        return error.type_name, error.message
    return str(value), clr_type_name(value) if isinstance(value, str) else ""


PAIRS = {expression: found for expression in EXPRESSIONS if (found := pair(expression)) is not None}


def test_most_looks_compile_in_most_shapes() -> None:
    assert len(PAIRS) > len(EXPRESSIONS) * 2 // 3


@settings(deadline=None)
@given(JSON, st.lists(JSON, max_size=3))
def test_what_is_read_without_tokens_is_what_tokens_give(member: object, items: list[object]) -> None:
    body = {"a": member, "l": items}
    context = context_of({"request": {"body": json.dumps(body)}, "variables": {"o": body}})
    for expression, (fused, plain) in PAIRS.items():
        assert outcome(fused, context) == outcome(plain, context), (expression, body)
    assert json.loads((context.request.body.content or b"") if context.request.body else b"") == body


CHANGES = [
    'b["a"] = 1', 'b["new"] = b["l"]', 'b["l"][0]["a"] = "new"', 'b["l"][0] = 5', 'b.Remove("a")', "b.RemoveAll()", 'b.Add("z", 1)',
    'b.AddFirst(new JProperty("z", 1))', 'b.Merge(JObject.Parse("{\\"a\\":{\\"b\\":2},\\"l\\":[9]}"))', 'b["a"].Replace("x")',
    'b["a"].Parent.Remove()', 'b.Property("a").Value = 7', '((JObject)b["a"]).Add("c", 1)', '((JValue)b["a"]["b"]).Value = 6',
    '((JArray)b["l"]).Add(4)', '((JArray)b["l"]).Insert(0, 4)', '((JArray)b["l"]).RemoveAt(0)', '((JArray)b["l"]).Clear()',
    '((JArray)b["l"]).Remove(b["l"][0])', 'b["l"][0].AddAfterSelf(3)', 'b["l"].First.Remove()',
    'foreach (var m in b["l"].Children().ToList()) { m.Remove(); }', "foreach (JProperty p in b.Properties().ToList()) { p.Remove(); }",
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_parsed_is_not_changed_with_the_tokens_made_of_it(change: str) -> None:
    body = {"a": {"b": 1}, "l": [{"a": "x"}, {"a": "y"}]}
    context = context_of({"request": {"body": json.dumps(body)}})
    read = compile_text(f"@({BODY}.ToString(Newtonsoft.Json.Formatting.None))").compiled
    changed = compile_text(f"@{{ var b = {BODY}; {change}; return b.ToString(Newtonsoft.Json.Formatting.None); }}")
    assert read is not None
    assert changed.compiled is not None, changed.problems
    before = read.run(context)
    assert changed.compiled.run(context) != before
    assert context.request.body is not None
    assert (read.run(context), context.request.body.parsed) == (before, body)


WITHOUT_TOKENS = [
    f'(string){BODY}["model"]', f'{BODY}["l"][0]["a"].ToString()', f'{BODY}["l"].Count()', f'((JArray){BODY}["l"]).Count',
    f'{BODY}["model"] != null', f'{BODY}.ContainsKey("model")', f'{BODY}.Value<string>("model")', f'{BODY}["l"].Last["a"]?.ToString()',
    f'{LIST}.Any(m => m["a"].ToString() == "y")', f'{LIST}.Where(m => (string)m["a"] == "x").Count()',
    f'string.Join(",", {LIST}.Select(m => (string)m["a"]))', f'{LIST}.Sum(m => ((string)m["a"]).Length)',
]  # fmt: skip


@pytest.mark.parametrize("expression", WITHOUT_TOKENS)
def test_what_merely_looks_makes_no_tokens(expression: str, monkeypatch: pytest.MonkeyPatch) -> None:
    context = context_of({"request": {"body": {"json": {"model": "m", "l": [{"a": "x"}, {"a": "y"}]}}}})
    compiled = compile_text(f"@({expression})").compiled
    assert compiled is not None
    run = compiled.run
    for token in (JObject, JArray, JValue):
        monkeypatch.setattr(token, "__init__", None)
    assert run(context) is not None
