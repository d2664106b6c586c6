from __future__ import annotations

import pytest

from apim_ai.document import parse
from apim_ai.lint import Subject
from apim_ai.lint.trust import trust_of
from apim_ai.source import Source

JWT = '<validate-jwt header-name="Authorization" output-token-variable-name="jwt">{}</validate-jwt>'
CLAIMED = JWT.format('<required-claims><claim name="azp"><value>bot</value></claim></required-claims>')
HEADER = '@(context.Request.Headers.GetValueOrDefault("x-user", ""))'
USE = "<rate-limit-by-key calls='1' renewal-period='60' counter-key='{}' />"


def client_data(text: str) -> list[str]:
    flow = Subject(parse(Source("x", f"<policies><inbound>{text}</inbound></policies>")), "api").inbound
    keys = [e for e in flow.expressions if e.attribute is not None and e.attribute.name == "counter-key"]
    return [data.what for key in keys for data in trust_of(flow).client_data(key)]


def when(condition: str, inner: str) -> str:
    return f"<choose><when condition='{condition}'>{inner}</when></choose>"


def variable(name: str, value: str) -> str:
    return f"<set-variable name='{name}' value='{value}' />"


CLIENTS = [
    (USE.format(HEADER), "the header 'x-user'"),
    (USE.format('@(context.Request.Headers["x-user"][0])'), "the header 'x-user'"),
    (USE.format('@(context.Request.Url.Query.GetValueOrDefault("u", ""))'), "the query parameter 'u'"),
    (USE.format('@((string)context.Request.Body.As<JObject>(true)["u"])'), "the request's body"),
    (variable("u", HEADER) + USE.format('@((string)context.Variables["u"])'), "the header 'x-user'"),
    (
        variable("u", HEADER)
        + variable("v", '@(context.Variables["u"] + "!")')
        + USE.format('@((string)context.Variables["v"])'),
        "the header 'x-user'",
    ),
    (when("@(c)", variable("u", HEADER)) + USE.format('@((string)context.Variables["u"])'), "the header 'x-user'"),
    (JWT.format("") + USE.format(HEADER), "the header 'x-user'"),
    (when("@(c)", CLAIMED) + USE.format(HEADER), "the header 'x-user'"),
    (USE.format(HEADER) + CLAIMED, "the header 'x-user'"),
    (
        USE.format('@(context.Request.Headers.GetValueOrDefault("Authorization", "").AsJwt()?.Subject)'),
        "the header 'Authorization'",
    ),
    (
        f"<set-header name='x-user' exists-action='override'><value>{HEADER}</value></set-header>" + USE.format(HEADER),
        "the header 'x-user'",
    ),
    (
        "<set-header name='x-user' exists-action='skip'><value>a</value></set-header>" + USE.format(HEADER),
        "the header 'x-user'",
    ),
]
OURS = [
    USE.format("@(context.Subscription.Id)"),
    USE.format("@(context.Request.IpAddress)"),
    USE.format('@((string)context.Variables["unknown"])'),
    variable("u", HEADER)
    + variable("u", "@(context.Subscription.Id)")
    + USE.format('@((string)context.Variables["u"])'),
    CLAIMED + USE.format(HEADER),
    JWT.format("") + USE.format('@(((Jwt)context.Variables["jwt"]).Subject)'),
    JWT.format("") + USE.format('@(context.Request.Headers.GetValueOrDefault("Authorization", "").AsJwt()?.Subject)'),
    JWT.format("") + when('@(((Jwt)context.Variables["jwt"]).Claims["azp"][0] == "bot")', USE.format(HEADER)),
    JWT.format("")
    + variable("bot", '@(((Jwt)context.Variables["jwt"]).Claims["azp"][0] == "bot")')
    + when('@((bool)context.Variables["bot"])', variable("u", HEADER))
    + USE.format('@((string)context.Variables["u"])'),
    "<set-header name='X-User' exists-action='override'><value>@(context.Subscription.Id)</value></set-header>"
    + USE.format(HEADER),
    USE.format("@(not C#)"),
]


@pytest.mark.parametrize(("text", "what"), CLIENTS)
def test_the_client_chooses(text: str, what: str) -> None:
    assert client_data(text) == [what]


@pytest.mark.parametrize("text", OURS)
def test_the_gateway_vouches(text: str) -> None:
    assert client_data(text) == []


def test_a_variable_set_from_itself_ends() -> None:
    assert (
        client_data(variable("u", '@(context.Variables["u"])') * 3 + USE.format('@((string)context.Variables["u"])'))
        == []
    )
