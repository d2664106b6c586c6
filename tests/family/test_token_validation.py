"""Tokens that come again: what was found of them is not found again, and never outlives what it rests on."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from tests.gateway.world import FakeWire, api, gateway, operation, policy, request

from apim_ai.gateway.jwt import JoseVerifier
from apim_ai.message import Response
from apim_ai.resource import Resources

if TYPE_CHECKING:
    from apim_ai.gateway import Gateway
    from apim_ai.resource import Resource
    from apim_ai.runtime import Callout

OLD = RSAKey.generate_key(2048, {"kid": "old", "use": "sig"})
NEW = RSAKey.generate_key(2048, {"kid": "new", "use": "sig"})
ISSUER = "https://issuer.test"
INBOUND = """<base /><validate-jwt header-name="Authorization" clock-skew="5" output-token-variable-name="jwt">
  <openid-config url="https://issuer.test/configuration" />
  <audiences><audience>{audience}</audience></audiences>
</validate-jwt>
<set-header name="x-who"><value>@(((Jwt)context.Variables["jwt"]).Subject)</value></set-header>"""
START = 1_700_000_000.0


class Clock:
    def __init__(self) -> None:
        self.seconds = START

    def now(self) -> float:
        return self.seconds

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class Issuer:
    """Answers for the issuer and the backend."""

    def __init__(self) -> None:
        self.keys = [OLD]
        self.seen: list[str | None] = []

    def __call__(self, callout: Callout) -> Response:
        match callout.url.path:
            case "/configuration":
                document: object = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"}
            case "/keys":
                document = {"keys": [key.as_dict(private=False) for key in self.keys]}
            case _:
                self.seen.append(callout.headers.get("x-who"))
                document = {}
        return Response.of_json(200, json.dumps(document).encode())


def token(key: RSAKey = OLD, subject: str = "alice", **claims: object) -> str:
    content = {"iss": ISSUER, "aud": "shop", "sub": subject, "exp": int(START) + 7200, **claims}
    return jwt.encode({"alg": "RS256", "kid": key.kid}, content, key)


def resources(audience: str = "shop") -> list[Resource]:
    return [api(), operation(), policy(inbound=INBOUND.replace("{audience}", audience))]


def site(issuer: Issuer, clock: Clock) -> Gateway:
    return gateway(*resources(), wire=FakeWire(issuer), clock=clock)


def status(gate: Gateway, text: str) -> int:
    async def ask() -> int:
        exchange = await gate.handle(request("/shop/chat/completions", "POST", {"Authorization": f"Bearer {text}"}))
        assert exchange.response is not None
        return exchange.response.status

    return asyncio.run(ask())


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The signature checks that were asked for."""
    found: list[object] = []
    is_signed = JoseVerifier.is_signed

    def counted(self: JoseVerifier, token: object, keys: object) -> bool:
        found.append(keys)
        return is_signed(self, token, keys)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(JoseVerifier, "is_signed", counted)
    return found


def test_a_token_that_held_is_not_examined_again(checks: list[object]) -> None:
    issuer = Issuer()
    gate = site(issuer, Clock())
    alice, bob = token(), token(subject="bob")
    assert [status(gate, text) for text in (alice, alice, alice, bob, alice, bob)] == [200] * 6
    assert issuer.seen == ["alice", "alice", "alice", "bob", "alice", "bob"]
    assert len(checks) == 3  # the first time its documents were unknown


def test_a_token_that_held_expires_all_the_same() -> None:
    clock = Clock()
    gate = site(Issuer(), clock)
    text = token(exp=int(START) + 60)
    assert [status(gate, text) for _ in range(3)] == [200] * 3
    clock.seconds += 65
    assert status(gate, text) == 200  # within the skew
    clock.seconds += 1
    assert status(gate, text) == 401


def test_a_token_is_refused_until_it_begins_to_hold() -> None:
    clock = Clock()
    gate = site(Issuer(), clock)
    text = token(nbf=int(START) + 60)
    assert [status(gate, text) for _ in range(2)] == [401] * 2
    clock.seconds += 55
    assert [status(gate, text) for _ in range(3)] == [200] * 3
    clock.seconds -= 1
    assert status(gate, text) == 401


def test_a_withdrawn_key_withdraws_what_it_signed() -> None:
    clock, issuer = Clock(), Issuer()
    gate = site(issuer, clock)
    old, new = token(), token(NEW)
    assert [status(gate, text) for text in (old, old, old)] == [200] * 3
    issuer.keys = [NEW]
    assert status(gate, old) == 200  # nobody has asked for the keys again
    clock.seconds += 3601
    assert [status(gate, text) for text in (old, old, new, new)] == [401, 401, 200, 200]


def test_the_same_keys_fetched_again_change_nothing(checks: list[object]) -> None:
    clock = Clock()
    gate = site(Issuer(), clock)
    text = token()
    assert [status(gate, text) for _ in range(3)] == [200] * 3
    before = len(checks)
    clock.seconds += 3601
    assert [status(gate, text) for _ in range(3)] == [200] * 3
    assert len(checks) == before + 1  # the documents were too old to be known


def test_another_policy_finds_for_itself() -> None:
    gate = site(Issuer(), Clock())
    text = token()
    assert [status(gate, text) for _ in range(3)] == [200] * 3
    gate.reload(Resources(resources("another")))
    assert [status(gate, text) for _ in range(3)] == [401] * 3


def test_a_forged_token_is_refused_each_time() -> None:
    gate = site(Issuer(), Clock())
    text = token()
    head, _, signature = text.split(".")
    payload = token(subject="mallory").split(".")[1]
    assert [status(gate, text) for _ in range(3)] == [200] * 3
    assert [status(gate, f"{head}.{payload}.{signature}") for _ in range(3)] == [401] * 3


def test_nothing_of_a_token_is_kept_as_it_was_sent() -> None:
    verifier = JoseVerifier()
    text = token()
    assert verifier.read(text).text == text
    kept = verifier.known(text)
    assert kept is not None
    assert (kept.text, kept.claims["sub"]) == ("", "alice")
