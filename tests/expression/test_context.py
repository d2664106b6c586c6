"""What expressions see of the exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from apim_ai.expression import Read, compile_text
from apim_ai.expression.evaluation import evaluate

if TYPE_CHECKING:
    from tests.expression.conftest import Errors, Values


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('@(context.Request.Headers.GetValueOrDefault("X-Team", "none"))', "alpha"),
        ('@(context.Request.Headers.GetValueOrDefault("x-multi", ""))', "a,b"),
        ('@(context.Request.Headers.GetValueOrDefault("absent", "none"))', "none"),
        ('@(context.Request.Headers["x-multi"][1])', "b"),
        ('@(context.Request.Headers["x-multi"].Length)', "2"),
        ('@(context.Request.Headers.ContainsKey("X-TEAM"))', "True"),
        ('@(context.Request.Headers.TryGetValue("x-multi", out var v) ? v[0] : "no")', "a"),
        ('@(context.Request.Headers.Where(h => h.Key.StartsWith("x-")).First().Value.First())', "alpha"),
        ("@(context.Request.Method)", "POST"),
        (
            "@(JsonConvert.SerializeObject(context.LastError))",
            (
                '{"Source":"validate-jwt","Reason":"TokenNotPresent","Message":"no token","Scope":null,"Section":null,'
                '"Path":null,"PolicyId":null}'
            ),
        ),
        ('@((string)JObject.FromObject(context.Request.Url)["Query"]["x"][1])', "b"),
        ('@(JsonConvert.SerializeObject("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.".AsJwt().Claims))', '{"sub":["a"]}'),
        ("@(context.Request.Url.Path)", "/chat/completions"),
        ("@(context.Request.Url.QueryString)", "?api-version=1&x=a&x=b"),
        ('@(context.Request.Url.Query.GetValueOrDefault("x"))', "a,b"),
        ('@(context.Request.OriginalUrl.Query["x"].Last())', "b"),
        ('@(context.Request.MatchedParameters["id"])', "7"),
        ("@(context.Response.StatusCode)", "429"),
        ('@(int.Parse(context.Response.Headers.GetValueOrDefault("Retry-After", "0")) * 2)', "20"),
        ('@((string)context.Variables["text"])', "value"),
        ('@((int)context.Variables["number"] + 1)', "6"),
        ('@((long)context.Variables["large"])', "5000000000"),
        ('@(context.Variables.GetValueOrDefault<string>("text"))', "value"),
        ('@(context.Variables.GetValueOrDefault<int>("absent"))', "0"),
        ('@(context.Variables.GetValueOrDefault<int>("absent", 9))', "9"),
        ('@(context.Variables.GetValueOrDefault("absent", "d"))', "d"),
        ('@(context.Variables.GetValueOrDefault<bool>("flag"))', "True"),
        ('@(((JObject)context.Variables["object"])["a"][1])', "2"),
        ('@(((string[])context.Variables["array"])[1])', "q"),
        ('@(((IResponse)context.Variables["answer"]).StatusCode)', "200"),
        ('@((bool)((IResponse)context.Variables["answer"]).Body.As<JObject>()["ok"])', "True"),
        ('@((string)context.Request.Body.As<JObject>(preserveContent: true)["model"])', "gpt-4o"),
        ('@(context.Request.Body.As<JObject>(true)["messages"].Count())', "1"),
        ('@(context.Request.Body.As<string>().Contains("gpt"))', "True"),
        ("@(context.Subscription.Id + context.Subscription?.Name)", "sub-1Alpha"),
        ('@(context.User?.Email ?? "anonymous")', "anonymous"),
        ("@(context.Api.Revision)", "2"),
        ("@(context.Product.Groups.First().Name)", "Testers"),
        ("@(context.LastError.Reason)", "TokenNotPresent"),
        ("@(context.Deployment.Region)", "West Europe"),
        ("@(context.Elapsed.TotalSeconds)", "1.5"),
        ('@(context.Timestamp.ToString("yyyy-MM-dd"))', "2026-01-01"),
        ('@(DateTime.UtcNow.ToString("ss"))', "01"),
        ('@(context.Request.Headers.GetValueOrDefault("Authorization", "").AsBasic().Password)', "pa:ss"),
        ('@("nonsense".AsJwt() == null)', "True"),
    ],
)
def test_reads(value: Values, expression: str, expected: str) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "exception"),
    [
        ('@((long)context.Variables["number"])', "System.InvalidCastException"),
        ('@((string)context.Variables["number"])', "System.InvalidCastException"),
        ('@(context.Variables.GetValueOrDefault<string>("number"))', "System.InvalidCastException"),
        ('@(context.Variables.GetValueOrDefault("number", "d"))', "System.InvalidCastException"),
        ('@(context.Variables.GetValueOrDefault<long>("number", 1))', "System.InvalidCastException"),
        ('@((string)context.Variables["absent"])', "System.Collections.Generic.KeyNotFoundException"),
        ('@(context.Request.Headers["absent"])', "System.Collections.Generic.KeyNotFoundException"),
        ("@(context.User.Email)", "System.NullReferenceException"),
        ("@(context.Response.Body.As<JObject>())", "Newtonsoft.Json.JsonReaderException"),
        (
            "@(context.Request.Body.As<string>() + context.Request.Body.As<string>(true))",
            "System.NullReferenceException",
        ),
    ],
)
def test_throws(error: Errors, expression: str, exception: str) -> None:
    assert error(expression)["exception"] == exception


def test_invalid_json_is_worded_as_the_service_words_it(error: Errors) -> None:
    told = error("@(context.Response.Body.As<JObject>())", response={"body": "data: x"})
    assert told["message"] == (
        "The message body is not a valid JSON. Unexpected character encountered while parsing value: d. "
        "Path '', line 0, position 0."
    )


def test_a_kept_body_can_be_read_again(value: Values) -> None:
    assert (
        value("@(context.Request.Body.As<string>(true).Length == context.Request.Body.As<string>(true).Length)")
        == "True"
    )


def test_a_missing_body_is_null(value: Values) -> None:
    assert value("@(context.Request.Body == null)", request={}) == "True"


@pytest.mark.parametrize(
    ("expression", "reads"),
    [
        ("@(1)", Read.NONE),
        ("@(context.Request.Method)", Read.REQUEST),
        ("@(context.Request.Body.As<string>())", Read.REQUEST | Read.REQUEST_BODY),
        ("@(context.Response.StatusCode)", Read.RESPONSE),
        ("@(context.Response?.Body?.As<string>(true))", Read.RESPONSE | Read.RESPONSE_BODY),
        ('@(((IResponse)context.Variables["r"]).Body.As<string>())', Read.VARIABLES),
        (
            '@(context.Response.StatusCode + ((IResponse)context.Variables["r"]).Body.As<string>())',
            Read.RESPONSE | Read.VARIABLES,
        ),
        ("@{ var r = context.Response; return r.Body.As<string>(); }", Read.RESPONSE | Read.RESPONSE_BODY),
        ("@(context.LastError.Reason)", Read.LAST_ERROR),
    ],
)
def test_says_what_it_reads(expression: str, reads: Read) -> None:
    compiled = compile_text(expression).compiled
    assert compiled is not None
    assert compiled.reads == reads


def test_says_which_variables_it_reads():
    compiled = compile_text(
        '@((string)context.Variables["a"] + context.Variables.GetValueOrDefault<string>("b"))'
    ).compiled
    assert compiled is not None
    assert compiled.variable_reads == {"a", "b"}


def test_traces():
    result = evaluate('@{ context.Trace("seen"); return 1; }')
    assert result.traces == ("seen",)
