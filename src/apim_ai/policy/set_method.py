"""`set-method`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import TEXT, Policy, Value, content, policy
from apim_ai.message import is_token
from apim_ai.runtime import PolicyError

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
        exchange.request.method = self._method(exchange)

    async def change_callout(self, exchange: Exchange, callout: Callout) -> None:
        """Set the method of a request that is being made."""
        callout.method = self._method(exchange)

    def _method(self, exchange: Exchange) -> str:
        method = self.method(exchange.context).strip().upper()
        if not is_token(method):
            raise PolicyError(self.element_name, "InvalidMethod", f"'{method}' is not a method.")
        return method
