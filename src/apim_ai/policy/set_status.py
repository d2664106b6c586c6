"""`set-status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import TEXT, Policy, Value, attribute, integer, policy
from apim_ai.expression import ClrException
from apim_ai.message import Response

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["SetStatus"]

LEAST = 100
MOST = 599


@policy(
    "set-status",
    sections=("outbound", "on-error"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_sections=("inbound", "backend"),
    maybe_gateways=("workspace",),
    page="set-status-policy",
)
class SetStatus(Policy):
    """Change the status of the response."""

    code: Value[int] = attribute(integer(LEAST, MOST))
    reason: Value[str] | None = attribute(TEXT, default=None, doc="the reason phrase; by default the status's own")

    def run(self, exchange: Exchange, /) -> None:
        """Set status and reason phrase."""
        if exchange.response is None:
            exchange.response = Response(200)
        self.apply(exchange, exchange.response)

    def apply(self, exchange: Exchange, response: Response) -> None:
        """Set the status of a response that is being made, as `return-response` does."""
        status = self.code(exchange.context)
        if not LEAST <= status <= MOST:
            raise ClrException("System.ArgumentOutOfRangeException", f"The status code '{status}' is out of range.")
        reason = self.reason(exchange.context) if self.reason is not None else Response(status).reason
        response.status, response.reason = status, reason
