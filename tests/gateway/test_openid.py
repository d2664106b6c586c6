"""Key sets: fetched, kept, asked again."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from apim_ai.config import GatewaySettings
from apim_ai.gateway import openid
from apim_ai.gateway.openid import OpenIdKeys
from apim_ai.message import Body, Headers, Response
from apim_ai.runtime import WireError

if TYPE_CHECKING:
    from apim_ai.runtime import Callout

pytestmark = pytest.mark.anyio
URL = "https://id.test/.well-known/openid-configuration"
KEYS = "https://id.test/keys"
RSA = {"kty": "RSA", "kid": "a", "n": "AQAB", "e": "AQAB"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Clock:
    def __init__(self) -> None:
        self.time = 1000.0

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds


class Wire:
    def __init__(self, **changes: object) -> None:
        self.answers: dict[str, object] = {
            URL: {"issuer": "https://id.test", "jwks_uri": KEYS},
            KEYS: {"keys": [RSA]},
            **changes,
        }
        self.asked: list[str] = []

    async def send(self, callout: Callout) -> Response:
        self.asked.append(str(callout.url))
        assert callout.purpose == "openid"
        await asyncio.sleep(0)
        answer = self.answers[str(callout.url)]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, bytes):
            return Response(200, "", Headers(), Body(answer))
        if isinstance(answer, int):
            return Response(answer)
        return Response.of_json(200, json.dumps(answer).encode())


def keys(wire: Wire, clock: Clock, **settings: int) -> OpenIdKeys:
    return OpenIdKeys(wire, clock, GatewaySettings.of({f"jwt.{name}": value for name, value in settings.items()}))


async def test_it_is_asked_once_an_hour() -> None:
    wire, clock = Wire(), Clock()
    source = keys(wire, clock)
    found = await source.key_set(URL)
    assert found is not None
    assert found.issuer == "https://id.test"
    assert [key.members for key in found.keys] == [RSA]
    clock.time += 3599
    await source.key_set(URL)
    assert wire.asked == [URL, KEYS]
    clock.time += 1
    await source.key_set(URL)
    assert wire.asked == [URL, KEYS] * 2


async def test_an_unknown_key_asks_again_at_most_every_five_minutes() -> None:
    wire, clock = Wire(), Clock()
    source = keys(wire, clock)
    await source.key_set(URL)
    clock.time += 299
    await source.key_set(URL, refresh=True)
    assert len(wire.asked) == 2
    clock.time += 1
    await source.key_set(URL, refresh=True)
    await source.key_set(URL, refresh=True)
    assert len(wire.asked) == 4


async def test_after_a_failure_it_is_asked_again_after_five_minutes() -> None:
    wire, clock = Wire(**{URL: WireError("connect", "down")}), Clock()
    source = keys(wire, clock)
    assert await source.key_set(URL) is None
    wire.answers[URL] = {"issuer": "i", "jwks_uri": KEYS}
    clock.time += 299
    assert await source.key_set(URL) is None
    clock.time += 1
    assert await source.key_set(URL) is not None


async def test_what_was_known_stays_when_asking_again_fails() -> None:
    wire, clock = Wire(), Clock()
    source = keys(wire, clock)
    first = await source.key_set(URL)
    wire.answers[KEYS] = 500
    clock.time += 3600
    assert await source.key_set(URL) == first
    clock.time += 299
    await source.key_set(URL)
    assert len(wire.asked) == 4
    clock.time += 1
    await source.key_set(URL)
    assert len(wire.asked) == 6


async def test_requests_at_once_share_a_fetch() -> None:
    wire, clock = Wire(), Clock()
    source = keys(wire, clock)
    found = await asyncio.gather(*(source.key_set(URL) for _ in range(10)))
    assert wire.asked == [URL, KEYS]
    assert all(each is found[0] for each in found)


async def test_keys_for_other_uses_and_symmetric_ones_are_passed_over() -> None:
    wanted = [RSA | {"use": "sig"}, {"kty": "EC", "crv": "P-256", "x": "a", "y": "b"}]
    wire = Wire(**{KEYS: {"keys": [RSA | {"use": "enc"}, {"kty": "oct", "k": "AAAA"}, "nonsense", *wanted]}})
    found = await keys(wire, Clock()).key_set(URL)
    assert found is not None
    assert [key.members for key in found.keys] == wanted


@pytest.mark.parametrize(
    "document",
    [
        *(b"", b"no json", b"[]", {}, {"issuer": "i"}, {"issuer": "i", "jwks_uri": 1}, 404),
        *(b"x" * (openid.MAX_DOCUMENT_BYTES + 1), b"[" * 100_000, {"issuer": "i", "jwks_uri": "no url"}),
    ],
)
async def test_documents_that_are_none(document: object) -> None:
    assert await keys(Wire(**{URL: document}), Clock()).key_set(URL) is None


@pytest.mark.parametrize("document", [{"jwks_uri": KEYS}, {"issuer": 1, "jwks_uri": KEYS}])
async def test_keys_need_no_issuer(document: object) -> None:
    found = await keys(Wire(**{URL: document}), Clock()).key_set(URL)
    assert found is not None
    assert found.keys
    assert not found.issuer


async def test_no_time_to_live_asks_each_time() -> None:
    wire = Wire()
    source = keys(wire, Clock(), oidc_ttl=0)
    await source.key_set(URL)
    await source.key_set(URL)
    assert len(wire.asked) == 4
