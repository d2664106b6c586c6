"""`authentication-basic`."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from apim_ai.definition import TEXT, Policy, Value, attribute, policy

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["AuthenticationBasic"]


@policy(
    "authentication-basic",
    sections=("inbound",),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    page="authentication-basic-policy",
)
class AuthenticationBasic(Policy):
    """Authenticate to the backend with a user name and a password."""

    username: Value[str] = attribute(TEXT)
    password: Value[str] = attribute(TEXT)

    def run(self, exchange: Exchange, /) -> None:
        """Set `Authorization`."""
        pair = f"{self.username(exchange.context)}:{self.password(exchange.context)}"
        exchange.request.headers.set("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}")
