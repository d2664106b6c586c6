"""The JSON forms of `apim-ai expr`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import pytest

from apim_ai.errors import ExpressionError, UsageError
from apim_ai.expression.evaluation import evaluate, evaluate_line, settings_of
from apim_ai.expression.settings import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Mapping


def answer(**request: object) -> Mapping[str, object]:
    return evaluate_line(json.dumps(request), DEFAULT)


def refusal(line: str) -> Mapping[str, object]:
    """Return the error that the line is answered with."""
    return cast("Mapping[str, object]", evaluate_line(line, DEFAULT)["error"])


def test_value_and_type():
    assert answer(id="e1", expression="@(1 + 2)") == {"id": "e1", "type": "System.Int32", "value": "3"}


def test_null_has_no_type():
    assert answer(id=1, expression="@(null)") == {"id": 1, "type": None, "value": None}


def test_a_compile_error_says_where():
    error = refusal(json.dumps({"id": 1, "expression": "@{\n  return Nope;\n}"}))
    assert (error["kind"], error["line"], error["column"]) == ("compile", 2, 10)


def test_what_is_not_run_says_so():
    assert refusal('{"id": 1, "expression": "@((1, 2))"}')["unsupported"] is True


def test_a_runtime_error_has_the_exception():
    assert answer(id=1, expression='@(int.Parse("x"))')["error"] == {
        "kind": "runtime",
        "exception": "System.FormatException",
        "message": "Input string was not in a correct format.",
    }


@pytest.mark.parametrize(
    "line", ["nonsense", "[]", "{}", '{"id": 1}', '{"expression": 5}', '{"expression": "@(1)", "context": []}']
)
def test_a_bad_line_is_an_answer(line: str) -> None:
    assert refusal(line)["kind"] == "input"


def test_sequences_show_their_items():
    assert answer(id=1, expression="@(Enumerable.Range(1, 100).Select(x => x * 2))")["items"] == [
        str(n * 2) for n in range(1, 51)
    ]


@pytest.mark.parametrize(
    ("value", "type_name", "text"),
    [
        (5, "System.Int32", "5"),
        (3000000000, "System.Int64", "3000000000"),
        (1.5, "System.Double", "1.5"),
        ("x", "System.String", "x"),
        (True, "System.Boolean", "True"),
        ({"a": 1}, "Newtonsoft.Json.Linq.JObject", '{\n  "a": 1\n}'),
        ([1], "Newtonsoft.Json.Linq.JArray", "[\n  1\n]"),
        ({"$type": "Int64", "value": 5}, "System.Int64", "5"),
        ({"$type": "Decimal", "value": "1.50"}, "System.Decimal", "1.50"),
        ({"$type": "DateTime", "value": "2024-01-02T03:04:05Z"}, "System.DateTime", "01/02/2024 03:04:05"),
        ({"$type": "TimeSpan", "value": 90}, "System.TimeSpan", "00:01:30"),
        ({"$type": "Bytes", "value": "AQI="}, "System.Byte[]", "System.Byte[]"),
        ({"$type": "StringList", "value": ["a"]}, "System.Collections.Generic.List`1[System.String]", None),
        ({"$type": "IResponse", "value": {"status_code": 200}}, "IResponse", "IResponse"),
        ({"$type": "BasicAuth", "value": {"user_id": "u", "password": "p"}}, "BasicAuthCredentials", None),
    ],
)
def test_variables_keep_their_type(value: object, type_name: str, text: str | None) -> None:
    result = evaluate('@(context.Variables["v"])', {"variables": {"v": value}})
    assert result.type == type_name
    if text is not None:
        assert result.text == text


def test_named_values_are_substituted_as_text():
    assert evaluate('@("{{a}}" + {{b}})', {"named_values": {"a": "x", "b": "1 + 1"}}).text == "x11"


@pytest.mark.parametrize(
    "context",
    [
        {"requst": {}},
        {"request": {"hedders": {}}},
        {"variables": {"a": {"$type": "Nope"}}},
        {"variables": {"a": {"$type": "Guid", "value": "x"}}},
        {"request": 5},
        {"api": {"nope": 1}},
    ],
)
def test_a_wrong_context_is_an_error(context: dict[str, object]) -> None:
    with pytest.raises(ExpressionError):
        evaluate("@(1)", context)


@pytest.mark.parametrize("pair", ["dotnet.profile", "dotnet.profile=x", "nope=1"])
def test_wrong_settings_are_usage_errors(pair: str) -> None:
    with pytest.raises(UsageError):
        settings_of([pair])


@pytest.mark.parametrize(
    ("expression", "core", "framework"),
    [
        ("@(1.0 / 3)", "0.3333333333333333", "0.333333333333333"),
        ("@(1e15)", "1000000000000000", "1E+15"),
        ('@(string.Compare("a", "B"))', "31", "-1"),
        ('@(new[]{"b","A","a"}.OrderBy(x => x).Aggregate((x, y) => x + y))', "Aab", "aAb"),
        (
            '@{ try { throw new ArgumentNullException("p"); } catch (Exception e) { return e.Message; } }',
            "Value cannot be null. (Parameter 'p')",
            "Value cannot be null.\nParameter name: p",
        ),
    ],
)
def test_profiles_differ(expression: str, core: str, framework: str) -> None:
    assert evaluate(expression).text == core
    assert evaluate(expression, None, settings_of(["dotnet.profile=framework"])).text == framework


def test_json_that_is_nested_too_deeply_is_refused():
    deep = "[" * 500 + "]" * 500
    expression = "@(context.Request.Body.As<JToken>().ToString())"
    error = refusal(json.dumps({"id": 1, "expression": expression, "context": {"request": {"body": deep}}}))
    assert error["exception"] == "Newtonsoft.Json.JsonReaderException"


def test_wide_json_is_not_deep():
    wide = json.dumps([[number] for number in range(1000)])
    expression = "@(context.Request.Body.As<JArray>().Count)"
    assert answer(id=1, expression=expression, context={"request": {"body": wide}})["value"] == "1000"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('@(JArray.Parse("[1,2]").First().ToString())', "1"),
        ('@(JArray.Parse("[1,2]").Last().ToString())', "2"),
        ('@(JArray.Parse("[1,2]").First.ToString())', "1"),
        ('@(JArray.Parse("[[7]]").First().First().ToString())', "7"),
    ],
)
def test_a_call_looks_past_a_property_of_the_same_name(expression: str, value: str):
    assert answer(id=1, expression=expression)["value"] == value


def test_a_property_that_nothing_extends_cannot_be_called():
    message = refusal(json.dumps({"id": 1, "expression": "@(context.RequestId())"}))["message"]
    assert message == "non-invocable member 'RequestId' cannot be used like a method (leave out the ())"


def test_a_url_becomes_a_uri():
    context = {"request": {"url": "https://a.example.com/x?q=1"}}
    expression = "@(context.Request.OriginalUrl.ToUri().Host)"
    assert answer(id=1, expression=expression, context=context)["value"] == "a.example.com"
