"""Issuers and tokens of a case: keys made once for the process, discovery and key sets answered, tokens minted."""

from __future__ import annotations

import base64
import hmac
import json
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from apim_ai.cases.content import texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from joserfc.jwk import ECKey, OctKey, RSAKey

    Key = RSAKey | ECKey | OctKey

__all__ = ["Issuers", "decoded", "mint"]

_DEFAULT_LIFETIME = 3600.0
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}


@cache
def _key(number: int, family: str) -> Key:
    """Return a signing key. Making an RSA key takes 0.1 s, so each is made once for the process."""
    from joserfc.jwk import ECKey, OctKey, RSAKey  # noqa: PLC0415 - cases without tokens do without joserfc

    if family.startswith("ES"):
        return ECKey.generate_key(_CURVES[family], {"kid": f"key-{number}-{family}", "use": "sig"}, auto_kid=False)
    if family == "oct":
        return OctKey.generate_key(256, {"kid": f"key-{number}-oct"}, auto_kid=False)
    return RSAKey.generate_key(2048, {"kid": f"key-{number}", "use": "sig"}, auto_kid=False)


def _family(algorithm: str) -> str:
    return algorithm if algorithm.startswith("ES") else "RSA"


class Issuers:
    """The `issuers` of a case."""

    def __init__(self, content: Mapping[str, Mapping[str, Any]]) -> None:
        self._content = content
        self._numbers = {name: number for number, name in enumerate(content)}
        self._documents: dict[str, str] = {}
        for name, issuer in content.items():
            for url in _urls(issuer):
                self._documents[url] = name

    def __contains__(self, name: object) -> bool:
        return name in self._content

    def issuer(self, name: str) -> str:
        """Return the `iss` of an issuer."""
        return str(self._content[name]["issuer"])

    def algorithm(self, name: str) -> str:
        """Return the algorithm that an issuer signs with."""
        return str(self._content[name].get("algorithm") or "RS256")

    def key(self, name: str, algorithm: str | None = None) -> Key:
        """Return the signing key of an issuer, or its spare key where a token asks for another family."""
        return _key(self._numbers[name], _family(algorithm or self.algorithm(name)))

    def document(self, url: str) -> object:
        """Return the discovery document or key set that stands at a URL, or None."""
        name = self._documents.get(url)
        if name is not None:
            return {"issuer": self.issuer(name), "jwks_uri": f"{url}#keys".replace("#", "/")}
        owner = self._documents.get(url.removesuffix("/keys"))
        if url.endswith("/keys") and owner is not None:
            return {"keys": [self.key(owner).as_dict(private=False)]}
        return None


def _urls(issuer: Mapping[str, Any]) -> list[str]:
    given = issuer.get("openid_config")
    if given is None:
        return [str(issuer["issuer"]).rstrip("/") + "/.well-known/openid-configuration"]
    return texts(given)


def mint(content: Mapping[str, Any], issuers: Issuers, now: float) -> str:
    """Return the token that a step's `token` describes.

    Raises:
        KeyError: it names an issuer that the case does not have.
        ValueError: its key does not fit its algorithm.
    """
    issuer: str | None = content.get("issuer")
    claims: dict[str, Any] = {}
    if issuer is not None:
        claims["iss"] = issuers.issuer(issuer)
    claims["iat"] = int(now)
    lifetime = content.get("expires_in", _DEFAULT_LIFETIME)
    if lifetime is not None:
        claims["exp"] = int(now + lifetime)
    if content.get("not_before_in") is not None:
        claims["nbf"] = int(now + content["not_before_in"])
    claims |= content.get("claims") or {}
    key, algorithm = _signing_key(content, issuers, issuer)
    header: dict[str, Any] = {"alg": algorithm, "typ": "JWT"}
    has_own_key = content.get("key") is not None or issuer is None
    identifier = content.get("kid") or (None if has_own_key else issuers.key(str(issuer), algorithm).as_dict()["kid"])
    if identifier:
        header["kid"] = identifier
    return _tampered(_sign(header, claims, key, algorithm), content.get("tamper"))


def _signing_key(content: Mapping[str, Any], issuers: Issuers, issuer: str | None) -> tuple[Key | bytes, str]:
    algorithm: str | None = content.get("algorithm")
    if content.get("key") is not None:
        from joserfc.jwk import OctKey  # noqa: PLC0415 - cases without tokens do without joserfc

        return OctKey.import_key(decoded(str(content["key"]))), algorithm or "HS256"
    if issuer is None:
        algorithm = algorithm or "RS256"
        return _key(0, "oct" if algorithm.startswith("HS") else _family(algorithm)), algorithm
    algorithm = algorithm or issuers.algorithm(issuer)
    if algorithm.startswith("HS"):
        return _public_as_secret(issuers.key(issuer)), algorithm
    return issuers.key(issuer, algorithm), algorithm


def decoded(text: str) -> bytes:
    """Return what Base64 holds, in either alphabet, with or without padding.

    Raises:
        ValueError: it is none.
    """
    padded = text + "=" * (-len(text) % 4)
    return base64.b64decode(padded.replace("-", "+").replace("_", "/"), validate=True)


def _public_as_secret(key: Key) -> bytes:
    """Return the issuer's public key as an HMAC secret: the algorithm confusion that a verifier must refuse."""
    return cast("bytes", cast("Any", key).as_pem(private=False))


def _sign(header: dict[str, Any], claims: dict[str, Any], key: Key | bytes, algorithm: str) -> str:
    from joserfc import jws  # noqa: PLC0415 - cases without tokens do without joserfc
    from joserfc.errors import JoseError  # noqa: PLC0415 - cases without tokens do without joserfc

    payload = json.dumps(claims, separators=(",", ":")).encode()
    if isinstance(key, bytes):  # joserfc refuses to take a public key for a secret
        signed = f"{_encoded(json.dumps(header).encode())}.{_encoded(payload)}"
        return f"{signed}.{_encoded(hmac.digest(key, signed.encode(), f'sha{algorithm[2:]}'))}"
    if algorithm == "none":
        return f"{_encoded(json.dumps(header).encode())}.{_encoded(payload)}."
    try:
        return jws.serialize_compact(header, payload, key, algorithms=[algorithm])
    except JoseError as error:
        raise ValueError(f"a key does not sign with {algorithm}: {error}") from error


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _tampered(token: str, how: str | None) -> str:
    if how is None:
        return token
    header, payload, signature = token.split(".")
    if how == "signature":
        first = "A" if signature[:1] != "A" else "B"
        return f"{header}.{payload}.{first}{signature[1:]}"
    claims = json.loads(decoded(payload))
    if how == "payload":
        claims["tampered"] = True
        return f"{header}.{_encoded(json.dumps(claims).encode())}.{signature}"
    fields = json.loads(decoded(header)) | {"alg": "none"}
    return f"{_encoded(json.dumps(fields).encode())}.{payload}."
