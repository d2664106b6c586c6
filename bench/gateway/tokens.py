"""Distinct signed tokens for the load, and the key set that the backend hands out."""

from __future__ import annotations

import json
import time
from typing import Any

from bench.gateway.configurations import AUDIENCE

__all__ = ["mint"]


def mint(count: int, issuer: str) -> tuple[list[str], dict[str, Any]]:
    """Return so many tokens of different callers, and the public key set."""
    from joserfc import jwt
    from joserfc.jwk import RSAKey

    key = RSAKey.generate_key(2048, {"kid": "bench", "use": "sig", "alg": "RS256"})
    header = {"alg": "RS256", "kid": "bench", "typ": "JWT"}
    expires = int(time.time()) + 3600
    tokens = [
        jwt.encode(
            header, {"iss": issuer, "aud": AUDIENCE, "azp": f"caller-{n % 50}", "jti": str(n), "exp": expires}, key
        )
        for n in range(count)
    ]
    return tokens, json.loads(json.dumps({"keys": [key.as_dict(private=False)]}))
