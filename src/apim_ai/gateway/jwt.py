"""JSON Web Tokens read, decrypted and verified; joserfc and cryptography behind `TokenVerifier`.

Tokens that come again are cheap: what a token says is kept in a bounded cache, by its digest, and with it which keys have
signed it and which policies took it. Only success is kept: a wrong signature is checked again each time.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from joserfc import jwe, jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwe import JWERegistry
from joserfc.jwk import ECKey, OctKey, RSAKey
from joserfc.jws import JWSRegistry

from apim_ai.family.certificates import LoadedCertificate, load_certificate
from apim_ai.gateway.recent import Recent
from apim_ai.runtime import Jwk, Token, TokenError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Key = RSAKey | ECKey | OctKey

__all__ = ["JoseVerifier"]

MAX_TOKEN_CHARACTERS = 64 * 1024  # several times what any header may hold
KEPT_TOKENS = 8192
LONGEST_KEPT = 8 * 1024  # characters; anybody may send tokens, and they are kept before they are verified
KEPT_KEYS = 1024
_SIGNED_PARTS, _ENCRYPTED_PARTS = 3, 5
_KEY_TYPES = {"HS": "oct", "RS": "RSA", "PS": "RSA", "ES": "EC"}
_ENCRYPTIONS = [
    "dir", "RSA-OAEP", "RSA-OAEP-256", "A128KW", "A192KW", "A256KW",
    "A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512", "A128GCM", "A192GCM", "A256GCM", "DEF",
]  # fmt: skip

# A short inline key is the author's business (the linter says so); it must not spoil a test run.
warnings.simplefilter("ignore", SecurityWarning)


# Both ignore header parameters that they do not know (RFC 7515, section 4) and take headers with a certificate chain.
class _Signatures(JWSRegistry):
    max_header_length = max_payload_length = max_signature_length = MAX_TOKEN_CHARACTERS


class _Encryptions(JWERegistry):
    max_protected_header_length = MAX_TOKEN_CHARACTERS


class JoseVerifier:
    """Reads and verifies tokens; fits `runtime.services.TokenVerifier`."""

    def __init__(self) -> None:
        self._tokens: Recent[bytes, Token] = Recent(KEPT_TOKENS)
        self._keys: Recent[str, Key] = Recent(KEPT_KEYS)
        self._certificates: Recent[bytes, Jwk] = Recent(KEPT_KEYS)

    def known(self, text: str) -> Token | None:
        """Return what is kept of a token that was read before, without its text."""
        return self._tokens.get(_digest(text))

    def read(self, text: str, decryption_keys: Sequence[Jwk] = ()) -> Token:
        """Return what a token says, decrypting it where need be.

        Raises:
            TokenError: it is malformed, or no key opens it.
        """
        token = self.known(text)
        if token is not None:
            return replace(token, text=text)
        if len(text) > MAX_TOKEN_CHARACTERS:
            raise TokenError("The token is too long.")
        parts = text.count(".") + 1
        if parts == _ENCRYPTED_PARTS:
            return self._decrypted(text, decryption_keys)
        if parts != _SIGNED_PARTS:
            raise TokenError("The token is not well formed. It needs three segments (JWS) or five (JWE).")
        header, payload, _ = text.split(".")
        token = Token("", _object(_decoded(header), "header"), _object(_decoded(payload), "payload"))
        if len(text) <= LONGEST_KEPT:
            self._tokens.put(_digest(text), token)
        return replace(token, text=text)

    def is_signed(self, token: Token, keys: Sequence[Jwk]) -> bool:
        """Whether one of the keys made the token's signature, by the algorithm that its header names."""
        known = token.signers
        for key in keys:
            if key.thumbprint in known:
                return True
        algorithm = str(token.header.get("alg"))
        kind = _KEY_TYPES.get(algorithm[:2])
        for key in keys:
            if key.members.get("kty") == kind and self._verifies(token.text, key, algorithm):
                known.add(key.thumbprint)
                return True
        return False

    def certificate_key(self, data: bytes, password: str = "") -> Jwk:
        """Return the key of a certificate (PKCS #12, PEM or DER), the private one where it is there.

        Raises:
            ValueError: it cannot be read.
        """
        digest = hashlib.sha256(data + b"\0" + password.encode()).digest()
        key = self._certificates.get(digest)
        if key is None:
            return self._certificates.put(digest, _jwk_of(load_certificate(data, password)))
        return key

    def _verifies(self, text: str, key: Jwk, algorithm: str) -> bool:
        try:
            registry = _Signatures(algorithms=[algorithm], strict_check_header=False)
            jws.deserialize_compact(text, self._imported(key), registry=registry)
        except (JoseError, ValueError, TypeError):
            return False
        return True

    def _imported(self, key: Jwk) -> Key:
        found = self._keys.get(key.thumbprint)
        if found is None:
            return self._keys.put(key.thumbprint, _import(key.members))
        return found

    def _decrypted(self, text: str, keys: Sequence[Jwk]) -> Token:
        header = _object(_decoded(text.split(".", 1)[0]), "header")
        identifier = str(header.get("kid") or header.get("x5t") or "")
        named = [key for key in keys if key.answers_to(identifier)]
        for key in named or keys:
            try:
                registry = _Encryptions(algorithms=_ENCRYPTIONS, strict_check_header=False)
                plain = jwe.decrypt_compact(text, self._imported(key), registry=registry).plaintext or b""
            except (JoseError, ValueError, TypeError):
                continue
            return self._inside(plain)
        raise TokenError("The token is encrypted and none of the decryption keys opens it.")

    def _inside(self, plain: bytes) -> Token:
        text = plain.decode("utf-8", "replace")
        if text.count(".") == _SIGNED_PARTS - 1 and not text.lstrip().startswith("{"):
            return self.read(text)
        claims = _object(plain, "payload")
        header = {"alg": "none"}
        unsigned = ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (b'{"alg":"none"}', plain))
        return Token(f"{unsigned}.", header, claims)


def _digest(text: str) -> bytes:
    """Return what a token is kept by: who reads the memory of the gateway finds no tokens in it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _decoded(segment: str) -> bytes:
    try:
        return base64.b64decode(segment + "=" * (-len(segment) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise TokenError("The token is not well formed. A segment is not Base64url.") from None


def _object(data: bytes, what: str) -> dict[str, object]:
    try:
        value: object = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise TokenError(f"The token is not well formed. Its {what} is no JSON object.")
    return cast("dict[str, object]", value)


def _import(members: Mapping[str, object]) -> Key:
    """Return a key of joserfc; `use`, `alg` and `key_ops` are the callers' business."""
    match members.get("kty"):
        case "RSA":
            if "n" not in members:
                chain = cast("Sequence[str]", members.get("x5c") or [""])
                members = _jwk_of(load_certificate(base64.b64decode(chain[0]))).members
            return RSAKey.import_key(_only(members, "kty", "n", "e", "d", "p", "q", "dp", "dq", "qi"))
        case "EC":
            return ECKey.import_key(_only(members, "kty", "crv", "x", "y", "d"))
        case "oct":
            return OctKey.import_key(_only(members, "kty", "k"))
        case _:
            raise ValueError("the key has a type that is not known")


def _only(members: Mapping[str, object], *names: str) -> dict[str, str | list[str]]:
    return {name: str(members[name]) for name in names if name in members}


def _jwk_of(certificate: LoadedCertificate) -> Jwk:
    pem = certificate.private_key_pem or certificate.public_key_pem
    kind = RSAKey if certificate.is_rsa else ECKey
    key = kind.import_key(pem)
    thumbprint = bytes.fromhex(certificate.thumbprint)
    x5t = base64.urlsafe_b64encode(thumbprint).rstrip(b"=").decode()
    return Jwk.of(
        {**key.as_dict(private=certificate.private_key_pem is not None), "kid": certificate.thumbprint, "x5t": x5t}
    )
