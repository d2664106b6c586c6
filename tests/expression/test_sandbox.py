"""An expression reaches nothing of Python, and always ends."""

from __future__ import annotations

import pytest

from apim_ai.expression import ClrException, ExpressionSettings, compile_text
from apim_ai.expression.context import Context
from apim_ai.message import Request, Url

SMALL = ExpressionSettings(steps=10_000, text_length=10_000, items=10_000, regex_seconds=0.05)


def run(expression: str) -> object:
    compiled = compile_text(expression, SMALL).compiled
    assert compiled is not None
    return compiled.run(Context(Request("GET", Url.parse("https://h.test/"))))


@pytest.mark.parametrize(
    "expression",
    [
        '@("".__class__)',
        "@(context.__class__.__mro__)",
        "@(context.variables)",
        "@(context.Variables.clear())",
        "@(context.Request.headers)",
        '@(__import__("os").system("id"))',
        '@(eval("1"))',
        '@(exec("1"))',
        "@(globals())",
        "@(g0)",
        "@(v1)",
        '@(context.Request.Headers.set("a", "b"))',
        "@(None)",
        "@(lambda)",
        '@("{0.__class__}".format(1))',
        "@(((object)1).to_bytes(1))",
        '@(new Exception("x").__traceback__)',
    ],
)
def test_python_is_out_of_reach(expression: str) -> None:
    assert compile_text(expression).compiled is None


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('@("\\"); import os; (\\"")', '"); import os; ("'),
        ("@(\"{__import__('os')}\")", "{__import__('os')}"),
        ('@($"{"{0.__class__}"}")', "{0.__class__}"),
        ('@("%s%n{t}{0}" + 1)', "%s%n{t}{0}1"),
        ('@("\\u0000\\n\\\\")', "\0\n\\"),
        ("@{ var __import__ = 1; var lambda = 2; var None = 3; return __import__ + lambda + None; }", 6),
        ('@{ var context1 = "{}"; var self = 1; return context1 + self; }', "{}1"),
        ('@(string.Format("{0}", "{1.__class__}"))', "{1.__class__}"),
    ],
)
def test_texts_and_names_stay_texts_and_names(expression: str, expected: object) -> None:
    assert run(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "@{ while (true) { } }",
        "@{ for (;;) { } }",
        "@{ do { } while (true); return 1; }",
        "@{ foreach (var x in Enumerable.Range(0, int.MaxValue)) { } return 1; }",
        "@(Enumerable.Range(0, int.MaxValue).Count())",
        "@(Enumerable.Range(0, int.MaxValue).Where(x => x < 0).FirstOrDefault())",
        '@(Enumerable.Repeat("x", int.MaxValue).ToList().Count)',
        "@(Enumerable.Range(0, 100000).SelectMany(x => Enumerable.Range(0, 100000)).Last())",
        "@{ int F(int n) => F(n + 1); return F(0); }",
        "@{ Func<int, int> f = null; f = n => f(n + 1); return f(0); }",
        '@{ var s = "x"; while (true) { s += s; } }',
        "@(new string('x', int.MaxValue))",
        '@("x".PadLeft(int.MaxValue))',
        "@(new int[int.MaxValue].Length)",
        "@{ var l = new List<int>(); while (true) { l.Add(1); } }",
        '@{ var b = new StringBuilder("x"); while (true) { b.Append(b.ToString()); } }',
        '@(Regex.Replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a|aa)+$", "x"))',
        "@{ try { while (true) { } } catch (Exception) { while (true) { } } }",
        '@("x".Replace("x", new string(\'y\', 9000)).Replace("y", new string(\'z\', 9000)))',
    ],
)
def test_ends_with_an_exception(expression: str) -> None:
    with pytest.raises(ClrException):
        run(expression)


@pytest.mark.parametrize(
    "text",
    [
        "@(" + "(" * 5000 + "1" + ")" * 5000 + ")",
        "@(" + "-" * 5000 + "1)",
        "@{" + "{" * 5000 + "}" * 5000 + "}",
        "@(" + "!" * 3000 + "true)",
    ],
    ids=["parentheses", "signs", "blocks", "negations"],
)
def test_deep_nesting_is_an_error_not_a_crash(text: str) -> None:
    result = compile_text(text)
    assert result.compiled is None
    assert "nested too deeply" in result.problems[0].message


def test_a_long_sum_is_no_deep_nesting():
    assert run("@(" + "+".join(["1"] * 3000) + ")") == 3000


def test_a_long_concatenation_compiles():
    assert run('@("a" + ' + " + ".join(["context.Request.Method"] * 150) + ")") == "a" + "GET" * 150


@pytest.mark.parametrize(
    "expression",
    [
        "@{ var a = new JArray(); for (int i = 0; i < 60; i++) { a.Add(a); } return a.Count; }",
        '@{ var o = new JObject(); for (int i = 0; i < 60; i++) { o["x" + i] = o.DeepClone(); } return o.Count; }',
        '@{ var x = new XElement("a"); for (int i = 0; i < 60; i++) { x.Add(x); } return 1; }',
        '@{ var x = new XElement("a"); while (true) { x.Add(new XElement("b")); } return 1; }',
        "@{ var o = new JObject(); while (true) { o.Add(Guid.NewGuid().ToString(), new string('x', 10000)); } return 1; }",
        (
            '@(JArray.Parse("[" + string.Join(",", Enumerable.Repeat("1", 500)) + "]")'
            '.SelectTokens("$..[?(@ == $..[?(@ == 1)])]").Count())'
        ),
    ],
)
def test_trees_that_feed_on_themselves_end(expression: str) -> None:
    with pytest.raises(ClrException) as raised:
        run(expression)
    assert raised.value.type_name in ("System.TimeoutException", "System.OutOfMemoryException")


@pytest.mark.parametrize(
    ("expression", "type_name"),
    [
        ("@(JToken.Parse(new string('[', 9000)))", "Newtonsoft.Json.JsonReaderException"),
        (
            "@(JsonConvert.DeserializeObject<List<object>>(new string('[', 9000)))",
            "Newtonsoft.Json.JsonReaderException",
        ),
        (
            '@(new JObject().SelectToken(string.Concat(Enumerable.Repeat("a[?(@", 1500))))',
            "System.InsufficientExecutionStackException",
        ),
        (
            "@(XElement.Parse(\"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><a>&e;</a>\").Value)",
            "System.Xml.XmlException",
        ),
    ],
)
def test_nesting_and_entities_are_refused(expression: str, type_name: str) -> None:
    with pytest.raises(ClrException) as raised:
        run(expression)
    assert raised.value.type_name == type_name


def test_a_token_never_holds_itself() -> None:
    assert (
        run('@{ var o = new JObject(); o["a"] = o; return o.ToString(Newtonsoft.Json.Formatting.None); }') == '{"a":{}}'
    )


@pytest.mark.parametrize(
    "expression",
    [
        "@(string.Join(\"\", Enumerable.Repeat(new string('a', 100000), 5000)))",
        "@(string.Join(new string('a', 100000), new string[5000]))",
        "@(string.Concat(Enumerable.Repeat(new string('a', 100000), 5000)))",
        "@(new StringBuilder().AppendJoin(\"\", Enumerable.Repeat(new string('a', 100000), 5000)).Length)",
        "@(Regex.Replace(new string('a', 100000), \"a\", new string('b', 10000)))",
        (
            '@{ var o = new JObject(new JProperty("a", new string((char)97, 50000))); '
            "return string.Concat(Enumerable.Repeat(o, 100000)); }"
        ),
        "@(Regex.Replace(new string('a', 100000), \"a\", m => new string('b', 10000)))",
    ],
)
def test_texts_grow_to_a_limit(expression: str) -> None:
    with pytest.raises(ClrException) as raised:
        run(expression)
    assert raised.value.type_name in {"System.OutOfMemoryException", "System.TimeoutException"}
