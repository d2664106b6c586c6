"""Tokens read, decrypted and verified."""

from __future__ import annotations

import base64
import hmac
import json
from typing import cast

import pytest
from joserfc import jwe, jws
from joserfc.jwk import ECKey, OctKey, RSAKey
from joserfc.jws import JWSRegistry
from tests.family.test_certificates import certificate_of, pkcs12_of, rsa_key

from apim_ai.gateway.jwt import JoseVerifier
from apim_ai.runtime import Jwk, TokenError

RSA = RSAKey.generate_key(2048, {"kid": "one"}, auto_kid=False)
OTHER = RSAKey.generate_key(2048, {"kid": "two"}, auto_kid=False)
SECRET = OctKey.generate_key(512, auto_kid=False)
CLAIMS = {"sub": "me"}


def public(key: RSAKey | ECKey) -> Jwk:
    return Jwk.of(key.as_dict(private=False))


def private(key: RSAKey | OctKey) -> Jwk:
    return Jwk.of(key.as_dict(private=True))


def signed(key: RSAKey | ECKey | OctKey, algorithm: str = "RS256", **header: str) -> str:
    registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    registry.max_header_length = 10000
    return jws.serialize_compact({"alg": algorithm, **header}, json.dumps(CLAIMS), key, registry=registry)


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])
def test_rsa_signatures(algorithm: str) -> None:
    verifier = JoseVerifier()
    token = verifier.read(signed(RSA, algorithm))
    assert token.claims == CLAIMS
    assert verifier.is_signed(token, [public(OTHER), public(RSA)])
    assert not verifier.is_signed(token, [public(OTHER)])


@pytest.mark.parametrize(("algorithm", "curve"), [("ES256", "P-256"), ("ES384", "P-384"), ("ES512", "P-521")])
def test_elliptic_signatures(algorithm: str, curve: str) -> None:
    key = ECKey.generate_key(curve)
    verifier = JoseVerifier()
    assert verifier.is_signed(verifier.read(signed(key, algorithm)), [public(key)])


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_symmetric_signatures(algorithm: str) -> None:
    verifier = JoseVerifier()
    assert verifier.is_signed(verifier.read(signed(SECRET, algorithm)), [private(SECRET)])


def test_header_parameters_that_nobody_knows_are_ignored() -> None:
    verifier = JoseVerifier()
    assert verifier.is_signed(verifier.read(signed(RSA, nonce="abc", ver="2.0", long="x" * 4000)), [public(RSA)])


def test_critical_header_parameters_that_nobody_knows_are_not() -> None:
    verifier = JoseVerifier()
    header = base64.urlsafe_b64encode(b'{"alg":"HS256","crit":["x"],"x":1}').rstrip(b"=").decode()
    signature = hmac.digest(
        base64.urlsafe_b64decode(str(SECRET.as_dict()["k"]) + "=="), f"{header}.e30".encode(), "sha256"
    )
    encoded = base64.urlsafe_b64encode(signature).rstrip(b"=").decode()
    assert not verifier.is_signed(verifier.read(f"{header}.e30.{encoded}"), [private(SECRET)])


def test_a_public_key_is_no_secret() -> None:
    """The algorithm confusion: an HMAC made with the public key."""
    header, payload = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in ({"alg": "HS256", "kid": "one"}, CLAIMS)
    )
    mac = hmac.digest(RSA.as_pem(private=False), f"{header}.{payload}".encode(), "sha256")
    verifier = JoseVerifier()
    token = verifier.read(f"{header}.{payload}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}")
    assert not verifier.is_signed(token, [public(RSA)])


def test_what_was_signed_stays_signed_only_by_that_key() -> None:
    verifier = JoseVerifier()
    token = verifier.read(signed(RSA))
    assert verifier.is_signed(token, [public(RSA)])
    assert verifier.is_signed(token, [public(RSA)])
    assert not verifier.is_signed(token, [public(OTHER)])


@pytest.mark.parametrize(
    "text",
    ["", "a", "a.b", "a.b.c", "a.b.c.d", "....", "e30.e30", "e30.W10.", "ü.e30.", "e30.e30.x." + "a" * 9, "x" * 70000],
)
def test_malformed_tokens(text: str) -> None:
    with pytest.raises(TokenError):
        JoseVerifier().read(text)


def test_a_token_nested_too_deep_is_malformed() -> None:
    deep = base64.urlsafe_b64encode(b'{"a":' * 9000 + b"1" + b"}" * 9000).rstrip(b"=").decode()
    with pytest.raises(TokenError):
        JoseVerifier().read(f"e30.{deep[:60000]}.")


@pytest.mark.parametrize(("key", "header"), [
    (SECRET, {"alg": "dir", "enc": "A256CBC-HS512"}),
    (RSA, {"alg": "RSA-OAEP", "enc": "A128CBC-HS256"}),
    (RSA, {"alg": "RSA-OAEP-256", "enc": "A256GCM"}),
])  # fmt: skip
def test_encrypted_tokens(key: RSAKey | OctKey, header: dict[str, str]) -> None:
    allowed = [header["alg"], header["enc"]]
    inner = jwe.encrypt_compact(header, signed(OTHER), key, algorithms=allowed)
    verifier = JoseVerifier()
    token = verifier.read(inner, [private(OTHER), private(key)])
    assert verifier.is_signed(token, [public(OTHER)])
    bare = verifier.read(jwe.encrypt_compact(header, json.dumps(CLAIMS), key, algorithms=allowed), [private(key)])
    assert bare.claims == CLAIMS
    assert bare.header == {"alg": "none"}
    assert not verifier.is_signed(bare, [public(OTHER)])
    with pytest.raises(TokenError):
        verifier.read(inner, [private(OTHER)])
    with pytest.raises(TokenError):
        verifier.read(inner)


def test_the_key_of_a_certificate() -> None:
    key = rsa_key()
    certificate = certificate_of(key)
    verifier = JoseVerifier()
    jwk = verifier.certificate_key(pkcs12_of(key, certificate, "pw"), "pw")
    assert "d" in jwk.members
    token = verifier.read(
        signed(RSAKey.import_key(cast("dict[str, str | list[str]]", jwk.members)), x5t=str(jwk.members["x5t"]))
    )
    assert jwk.answers_to(str(token.header["x5t"]))
    assert verifier.is_signed(token, [jwk])
    with pytest.raises(ValueError, match=r".*"):
        verifier.certificate_key(b"no certificate")


def test_a_key_that_only_has_a_certificate_chain() -> None:
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 - for one test

    key = rsa_key()
    chain = base64.b64encode(certificate_of(key).public_bytes(Encoding.DER)).decode()
    verifier = JoseVerifier()
    own = verifier.certificate_key(pkcs12_of(key, certificate_of(key), ""), "")
    token = verifier.read(signed(RSAKey.import_key(cast("dict[str, str | list[str]]", own.members))))
    assert verifier.is_signed(token, [Jwk.of({"kty": "RSA", "x5c": [chain]})])


def test_keys_do_not_show() -> None:
    assert str(RSA.as_dict(private=True)["d"]) not in repr(private(RSA))
