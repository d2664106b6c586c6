"""Managed-identity tokens from each source."""

from __future__ import annotations

import json

import pytest

from apim_ai.config import GatewaySettings
from apim_ai.gateway.identity import AppService, Imds, KeptTokens, TokenTable, identity_of
from apim_ai.message import Body, Headers, Response
from apim_ai.runtime import Callout, IdentityError, WireError

pytestmark = pytest.mark.anyio
RESOURCE = "https://cognitiveservices.azure.com"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Clock:
    time = 1000.0

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds


class Wire:
    def __init__(self, *answers: Response | WireError) -> None:
        self.answers = list(answers)
        self.sent: list[Callout] = []

    async def send(self, callout: Callout) -> Response:
        self.sent.append(callout)
        answer = self.answers.pop(0)
        if isinstance(answer, WireError):
            raise answer
        return answer


def token(text: str, expires: int = 4600) -> Response:
    answer = {"access_token": text, "expires_in": "3600", "expires_on": str(expires), "token_type": "Bearer"}
    return Response.of_json(200, json.dumps(answer).encode())


async def test_the_table_has_a_token_for_a_resource_or_none() -> None:
    identity = KeptTokens(TokenTable({RESOURCE: "t"}), Clock())
    assert await identity.token(RESOURCE) == "t"
    with pytest.raises(IdentityError, match="has no token for"):
        await identity.token("https://other.test")


async def test_the_metadata_service() -> None:
    wire = Wire(token("one"))
    assert await KeptTokens(Imds(wire), Clock()).token(RESOURCE, "client") == "one"
    sent = wire.sent[0]
    assert str(sent.url).startswith("http://169.254.169.254/metadata/identity/oauth2/token?")
    assert sent.url.query == {"api-version": ["2018-02-01"], "resource": [RESOURCE], "client_id": ["client"]}
    assert sent.headers.get("Metadata") == "true"
    assert sent.purpose == "identity"


async def test_the_identity_endpoint_of_app_service() -> None:
    wire = Wire(token("one"))
    assert await AppService(wire, "http://127.0.0.1:1/msi", "s3").issue(RESOURCE, None)
    assert wire.sent[0].url.query == {"api-version": ["2019-08-01"], "resource": [RESOURCE]}
    assert wire.sent[0].headers.get("X-IDENTITY-HEADER") == "s3"


async def test_a_token_is_kept_for_its_resource_and_client_until_it_expires() -> None:
    wire, clock = Wire(token("one"), token("two"), token("three", 9000)), Clock()
    identity = KeptTokens(Imds(wire), clock)
    assert [await identity.token(RESOURCE), await identity.token(RESOURCE)] == ["one", "one"]
    assert await identity.token(RESOURCE, "client") == "two"
    clock.time = 4600
    assert await identity.token(RESOURCE) == "three"


@pytest.mark.parametrize(
    "answer",
    [
        Response.of_json(400, b'{"error":"invalid_request","error_description":"Identity not found"}'),
        Response.of_json(200, b"{}"),
        Response.of_json(200, b"[]"),
        Response(200, "", Headers(), Body(b"no json")),
        Response(500),
        WireError("connect", "down"),
    ],
)
async def test_no_token(answer: Response | WireError) -> None:
    with pytest.raises(IdentityError, match=RESOURCE):
        await KeptTokens(Imds(Wire(answer)), Clock()).token(RESOURCE)


async def test_why_there_is_none_is_told() -> None:
    answer = Response.of_json(400, b'{"error":"invalid_request","error_description":"Identity not found"}')
    with pytest.raises(IdentityError, match="Identity not found"):
        await KeptTokens(Imds(Wire(answer)), Clock()).token(RESOURCE)


async def test_an_expiry_that_cannot_be_read_keeps_nothing() -> None:
    broken = Response.of_json(200, b'{"access_token":"one","expires_on":"soon"}')
    identity = KeptTokens(Imds(Wire(broken, token("two"))), Clock())
    assert [await identity.token(RESOURCE), await identity.token(RESOURCE)] == ["one", "two"]


@pytest.mark.parametrize("source", ["fake", "imds", "app-service", "azure-identity"])
def test_the_setting_chooses(source: str) -> None:
    made = identity_of(GatewaySettings.of({"mi.source": source}), Wire(), Clock(), {})
    kind = type(made.source).__name__
    assert kind == {"fake": "TokenTable", "imds": "Imds", "app-service": "AppService"}.get(source, "AzureIdentity")
