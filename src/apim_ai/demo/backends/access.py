"""Whether a request comes with the gateway's managed identity, as Azure's services ask for it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

__all__ = ["COGNITIVE_SERVICES", "IdentityCheck"]

COGNITIVE_SERVICES = "https://cognitiveservices.azure.com"


@dataclass(frozen=True, slots=True)
class IdentityCheck:
    """The tokens that the gateway's identity may come with, by the resource they are for.

    Attributes:
        tokens: resource to token; a resource without a token is refused to everybody.
    """

    tokens: Mapping[str, str]

    def admits(self, request: Request, resource: str) -> bool:
        """Whether the bearer token of a request is the identity's for this resource."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        expected = self.tokens.get(resource.rstrip("/"))
        if expected is None or scheme.lower() != "bearer":
            return False
        return hmac.compare_digest(token.strip().encode(), expected.encode())

    def __repr__(self) -> str:
        return f"IdentityCheck({sorted(self.tokens)!r})"  # the tokens are secrets
