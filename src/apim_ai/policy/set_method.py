"""`set-method`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import TEXT, Policy, Value, content, policy

if TYPE_CHECKING:
    from apim_ai.runtime import Callout, Exchange

__all__ = ["SetMethod"]


@policy(
    "set-method",
    sections=("inbound", "on-error"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    page="set-method-policy",
)
class SetMethod(Policy):
    """Change the HTTP method of the request."""

    method: Value[str] = content(TEXT)

    def run(self, exchange: Exchange, /) -> None:
        """Set the method."""
        exchange.request.method = self.method(exchange.context).strip().upper()

    async def change_callout(self, exchange: Exchange, callout: Callout) -> None:
        """Set the method of a request that is being made."""
        callout.method = self.method(exchange.context).strip().upper()
