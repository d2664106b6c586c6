"""`proxy`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from apim_ai.definition import TEXT, URI, Policy, Value, all_or_none, attribute, policy
from apim_ai.family.outgoing import PROXY

if TYPE_CHECKING:
    from apim_ai.runtime import Callout, Exchange

__all__ = ["Proxy"]


@policy(
    "proxy",
    all_or_none("username", "password"),
    sections=("inbound",),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    page="proxy-policy",
)
class Proxy(Policy):
    """Send the request, or that of the enclosing `send-request`, through an HTTP proxy."""

    url: Value[str] = attribute(URI)
    username: Value[str] | None = attribute(TEXT, default=None)
    password: Value[str] | None = attribute(TEXT, default=None)

    def run(self, exchange: Exchange, /) -> None:
        """Keep the proxy for `forward-request`."""
        exchange.private[PROXY] = self.address(exchange)
        exchange.note("through a proxy")

    async def change_callout(self, exchange: Exchange, callout: Callout) -> None:
        """Send a request that is being made through the proxy."""
        callout.proxy = self.address(exchange)

    def address(self, exchange: Exchange) -> str:
        """Return the proxy's URL with user and password in it."""
        context = exchange.context
        url = self.url(context).strip()
        if self.username is None or self.password is None:
            return url
        scheme, _, rest = url.rpartition("://")
        user, password = quote(self.username(context), safe=""), quote(self.password(context), safe="")
        return f"{scheme or 'http'}://{user}:{password}@{rest}"
