"""JSON tokens: what is read makes no cycles, and what is changed is seen through every alias."""

from __future__ import annotations

import gc
import weakref

import pytest

from apim_ai.expression.evaluation import evaluate
from apim_ai.expression.library.json_token import JObject


def test_what_is_only_read_is_freed_at_once():
    gc.disable()
    try:
        root = JObject({"a": {"b": [1, "x"]}})
        inner = root.child("a")
        assert inner is not None
        inner.child("b")
        gone = weakref.ref(root)
        del root, inner
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('var a = o["a"]; var b = o["a"]; a["x"] = 1; return b["x"].ToString();', "1"),
        ('var a = o["l"][0]; o["l"][0]["k"] = "new"; return a["k"].ToString();', "new"),
        ('foreach (var m in o["l"]) { m["k"] = "c"; } return (string)o["l"][1]["k"];', "c"),
        ('((JValue)o["a"]["v"]).Value = 9; return o["a"].ToString(Newtonsoft.Json.Formatting.None);', '{"v":9}'),
        ('((JArray)o["l"]).Add(5); return o["l"].Count().ToString();', "3"),
        ('return (o["a"] == o["a"]).ToString();', "True"),
        (
            'var l = (JArray)o["l"]; l.Clear(); return o.ToString(Newtonsoft.Json.Formatting.None);',
            '{"a":{"v":1},"l":[]}',
        ),
        ('o["l"][1].Remove(); return o["l"].Count().ToString();', "1"),
        ('o.SelectToken("l[1].k").Replace("r"); return (string)o["l"][1]["k"];', "r"),
    ],
)
def test_changes_are_seen_through_every_alias(body: str, expected: str) -> None:
    code = (
        '@{ var o = JObject.Parse("{\\"a\\":{\\"v\\":1},\\"l\\":[{\\"k\\":\\"a\\"},{\\"k\\":\\"b\\"}]}"); '
        + body
        + " }"
    )
    assert evaluate(code).text == expected
