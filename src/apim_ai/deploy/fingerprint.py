"""Fingerprints of secrets: enough to see that one changed, not enough to learn it."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import scrypt, sha256
from typing import TYPE_CHECKING

from apim_ai.resource.shape import find

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.resource import Kind, Resource

__all__ = ["fingerprints", "first_salt", "same"]

_COST, _BLOCK, _BYTES = 2**12, 8, 12


def first_salt(stack: str) -> str:
    """Return the salt for the fingerprints of a stack that has no ledger yet.

    Always the same: a plan that was saved before the first deployment must be the plan that this deployment makes.
    """
    return urlsafe_b64encode(sha256(f"apim-ai ledger of {stack}".encode()).digest()[:_BYTES]).decode()


def fingerprints(kind: Kind, resource: Resource, salt: str) -> Mapping[str, str]:
    """Return a fingerprint for each secret that the service never answers, by pattern.

    The salt lies beside them in the service, where readers of named values see it. So the hash is a slow one (scrypt,
    some 10 ms each): guessing a weak secret costs, a random key cannot be guessed at all.
    """
    values = {pattern: find(resource.properties, pattern) for pattern in kind.write_only(resource.properties)}
    return {
        pattern: _fingerprint(repr(found), f"{salt}:{resource.id.lower()}:{pattern}")
        for pattern, found in values.items()
        if found
    }


def same(left: Mapping[str, str], right: Mapping[str, str]) -> bool:
    """Tell whether two sets of fingerprints are of the same secrets."""
    return left.keys() == right.keys() and all(hmac.compare_digest(left[key], right[key]) for key in left)


def _fingerprint(secret: str, salt: str) -> str:
    digest = scrypt(secret.encode(), salt=salt.encode(), n=_COST, r=_BLOCK, p=1, dklen=_BYTES)
    return urlsafe_b64encode(digest).decode()
