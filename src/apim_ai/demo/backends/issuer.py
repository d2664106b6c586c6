"""A simulated OpenID Connect issuer: discovery, key set, and tokens for the demo's callers (RS256)."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from apim_ai.clock import Clock

    Tampering = Literal["signature", "payload", "none-algorithm"]

__all__ = ["TAMPERINGS", "Issuer", "TokenRequest"]

TAMPERINGS = ("signature", "payload", "none-algorithm")
_DEFAULT_LIFETIME = 3600
_KID = "demo-1"


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """What a token shall be like.

    Attributes:
        claims: its claims; `iss`, `iat`, `nbf` and `exp` are added unless they are given.
        expires_in: seconds until it expires; None leaves `exp` out.
        not_before_in: seconds until it begins; None leaves `nbf` out.
        tamper: what is done to it after signing.
        kid: the key that its header names, in place of the one that signs.
    """

    claims: Mapping[str, object]
    expires_in: float | None = _DEFAULT_LIFETIME
    not_before_in: float | None = 0
    tamper: Tampering | None = None
    kid: str | None = field(default=None)

    def __repr__(self) -> str:
        return f"TokenRequest(expires_in={self.expires_in}, tamper={self.tamper})"


class Issuer:
    """Signs tokens and publishes the key that they are checked with.

    Args:
        clock: dates the tokens.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._key = RSAKey.generate_key(2048, {"kid": _KID, "use": "sig", "alg": "RS256"})
        self._issued = 0
        self.url = ""
        self._app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/discovery/v2.0/keys", self._keys),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._app(scope, receive, send)

    def mint(self, wanted: TokenRequest) -> str:
        """Return a token."""
        header = {"alg": "RS256", "typ": "JWT", "kid": wanted.kid or _KID}
        token = jwt.encode(header, self._claims(wanted), self._key)
        match wanted.tamper:
            case None:
                return token
            case "signature":
                return _with_broken_signature(token)
            case "payload":
                return _with_other_payload(token)
            case "none-algorithm":
                return _without_signature(token)

    def _claims(self, wanted: TokenRequest) -> dict[str, object]:
        """Return the claims with those that every token has."""
        now = int(self._clock.now())
        self._issued += 1
        claims: dict[str, object] = {"iss": self.url, "iat": now, "ver": "2.0", "uti": str(UUID(int=self._issued))}
        if wanted.not_before_in is not None:
            claims["nbf"] = int(now + wanted.not_before_in)
        if wanted.expires_in is not None:
            claims["exp"] = int(now + wanted.expires_in)
        return claims | dict(wanted.claims)

    async def _discovery(self, _request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.url,
                "jwks_uri": f"{self.url}/discovery/v2.0/keys",
                "authorization_endpoint": f"{self.url}/oauth2/v2.0/authorize",
                "token_endpoint": f"{self.url}/oauth2/v2.0/token",
                "id_token_signing_alg_values_supported": ["RS256"],
                "response_types_supported": ["code", "id_token"],
                "subject_types_supported": ["pairwise"],
            }
        )

    async def _keys(self, _request: Request) -> Response:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})


def _with_broken_signature(token: str) -> str:
    """Return the token with one bit of its signature changed."""
    head, payload, signature = token.split(".")
    raw = bytearray(_unpack(signature))
    raw[0] ^= 1
    return f"{head}.{payload}.{_pack(bytes(raw))}"


def _with_other_payload(token: str) -> str:
    """Return the token with a claim added after it was signed."""
    head, payload, signature = token.split(".")
    claims = json.loads(_unpack(payload)) | {"roles": ["Gateway.Admin"]}
    return f"{head}.{_pack(json.dumps(claims).encode())}.{signature}"


def _without_signature(token: str) -> str:
    """Return the token as if no signature were needed."""
    _, payload, _ = token.split(".")
    return f"{_pack(json.dumps({'alg': 'none', 'typ': 'JWT'}).encode())}.{payload}."


def _pack(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _unpack(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
