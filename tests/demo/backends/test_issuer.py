from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from apim_ai.demo.backends.issuer import Issuer, TokenRequest

if TYPE_CHECKING:
    from apim_ai.demo.backends.issuer import Tampering
    from conftest import Client, FrozenClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def issuer(clock: FrozenClock) -> Issuer:
    made = Issuer(clock)
    made.url = "http://issuer.test"
    return made


@pytest.fixture
async def keys(client: Client, issuer: Issuer) -> KeySet:
    http = client(issuer)
    discovery = (await http.get("/.well-known/openid-configuration")).json()
    assert discovery["issuer"] == "http://issuer.test"
    path = discovery["jwks_uri"].removeprefix("http://issuer.test")
    return KeySet.import_key_set((await http.get(path)).json())


async def test_a_token_holds_against_the_published_key(issuer: Issuer, keys: KeySet, clock: FrozenClock) -> None:
    token = issuer.mint(TokenRequest({"aud": "api://gateway", "azp": "bot"}, expires_in=60))
    claims = jwt.decode(token, keys, algorithms=["RS256"]).claims
    assert claims["iss"] == "http://issuer.test"
    assert (claims["aud"], claims["azp"]) == ("api://gateway", "bot")
    assert claims["exp"] == clock.time + 60


async def test_no_private_part_of_the_key_is_published(client: Client, issuer: Issuer) -> None:
    (key,) = (await client(issuer).get("/discovery/v2.0/keys")).json()["keys"]
    assert key.keys() == {"kty", "use", "alg", "kid", "n", "e"}


@pytest.mark.parametrize("tamper", ["signature", "payload", "none-algorithm"])
async def test_a_tampered_token_does_not_hold(issuer: Issuer, keys: KeySet, tamper: Tampering) -> None:
    token = issuer.mint(TokenRequest({}, tamper=tamper))
    with pytest.raises((JoseError, ValueError)):
        jwt.decode(token, keys, algorithms=["RS256"])


def test_times_may_be_left_out_and_claims_win(issuer: Issuer) -> None:
    token = issuer.mint(TokenRequest({"iss": "other", "iat": 5}, expires_in=None, not_before_in=None, kid="gone"))
    head, payload = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])
    assert head["kid"] == "gone"
    assert payload.keys() == {"iss", "iat", "ver", "uti"}
    assert (payload["iss"], payload["iat"]) == ("other", 5)


def test_a_request_for_a_token_does_not_show_its_claims() -> None:
    assert "secret" not in repr(TokenRequest({"x": "secret"}))
