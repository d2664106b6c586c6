from __future__ import annotations

import base64
import json
from typing import cast

import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet

from apim_ai.cases.tokens import Issuers, mint

ISSUERS = {
    "entra": {
        "issuer": "https://id.test/v2.0",
        "openid_config": "https://id.test/v2.0/.well-known/openid-configuration",
    },
    "other": {"issuer": "https://other.test", "algorithm": "ES256"},
}
NOW = 1_767_225_600.0


def part(token: str, number: int) -> dict[str, object]:
    text = token.split(".")[number]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def keys_of(issuers: Issuers, url: str) -> KeySet:
    discovery = issuers.document(url)
    assert isinstance(discovery, dict)
    document = issuers.document(str(cast("dict[str, object]", discovery)["jwks_uri"]))
    assert isinstance(document, dict)
    return KeySet.import_key_set(document)  # type: ignore[arg-type]  # a key set document


@pytest.mark.parametrize(("name", "algorithm"), [("entra", "RS256"), ("other", "ES256")])
def test_a_token_verifies_with_the_published_keys(name: str, algorithm: str) -> None:
    issuers = Issuers(ISSUERS)
    url = ISSUERS[name].get("openid_config") or "https://other.test/.well-known/openid-configuration"
    token = mint({"issuer": name, "claims": {"aud": "api"}}, issuers, NOW)
    claims = jwt.decode(token, keys_of(issuers, url), algorithms=[algorithm]).claims
    assert claims["iss"] == ISSUERS[name]["issuer"]
    assert claims["aud"] == "api"
    assert claims["exp"] == NOW + 3600


def test_a_key_set_holds_no_private_part() -> None:
    issuers = Issuers(ISSUERS)
    document = json.dumps(issuers.document("https://id.test/v2.0/.well-known/openid-configuration/keys"))
    assert '"kid"' in document
    assert '"d"' not in document


@pytest.mark.parametrize("how", ["signature", "payload"])
def test_a_tampered_token_does_not_verify(how: str) -> None:
    issuers = Issuers(ISSUERS)
    token = mint({"issuer": "entra", "tamper": how}, issuers, NOW)
    keys = keys_of(issuers, ISSUERS["entra"]["openid_config"])
    with pytest.raises(BadSignatureError):
        jwt.decode(token, keys, algorithms=["RS256"])


def test_the_none_algorithm_keeps_the_claims_and_drops_the_signature() -> None:
    token = mint({"issuer": "entra", "tamper": "none-algorithm", "claims": {"a": 1}}, Issuers(ISSUERS), NOW)
    assert part(token, 0)["alg"] == "none"
    assert part(token, 1)["a"] == 1
    assert token.endswith(".")


def test_times_are_as_asked() -> None:
    issuers = Issuers(ISSUERS)
    assert "exp" not in part(mint({"issuer": "entra", "expires_in": None}, issuers, NOW), 1)
    assert part(mint({"issuer": "entra", "expires_in": -5}, issuers, NOW), 1)["exp"] == NOW - 5
    assert part(mint({"issuer": "entra", "not_before_in": 60}, issuers, NOW), 1)["nbf"] == NOW + 60
    assert "nbf" not in part(mint({"issuer": "entra"}, issuers, NOW), 1)


def test_an_unknown_kid_stands_in_the_header() -> None:
    assert part(mint({"issuer": "entra", "kid": "unknown"}, Issuers(ISSUERS), NOW), 0)["kid"] == "unknown"


def test_a_symmetric_key_signs_without_an_issuer() -> None:
    key = base64.b64encode(b"k" * 32).decode()
    token = mint({"key": key, "claims": {"iss": "me"}}, Issuers({}), NOW)
    assert part(token, 0) == {"alg": "HS256", "typ": "JWT"}
    assert part(token, 1)["iss"] == "me"
