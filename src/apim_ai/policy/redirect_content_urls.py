"""`redirect-content-urls`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import Policy, policy
from apim_ai.family.bodies import content_of, message_of, replace_content

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["RedirectContentUrls"]


@policy(
    "redirect-content-urls",
    sections=("inbound", "outbound"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    once="section",
    page="redirect-content-urls-policy",
)
class RedirectContentUrls(Policy):
    """Let links in the body point to the gateway (outbound, `Location` too) or to the backend (inbound)."""

    async def run(self, exchange: Exchange, /) -> None:
        """Replace one base URL by the other."""
        message = message_of(exchange)
        backend, gateway = _base_urls(exchange)
        if message is None or not backend:
            return
        old, new = (backend, gateway) if exchange.acts_on_response else (gateway, backend)
        if exchange.acts_on_response:
            location = message.headers.get("Location")
            if location is not None and location.startswith(old):
                message.headers.set("Location", new + location.removeprefix(old))
        content = await content_of(exchange, message)
        if old.encode() in content:
            exchange.note(f"{old} becomes {new}")
            await replace_content(message, content.replace(old.encode(), new.encode()))


def _base_urls(exchange: Exchange) -> tuple[str, str]:
    """Return the base URLs of backend and gateway, without a slash at the end."""
    url, original = exchange.request.url, exchange.context.original_url
    path = exchange.context.api.path.strip("/")
    gateway = f"{original.scheme}://{original.authority}" + (f"/{path}" if path else "")
    if (url.scheme, url.authority) == (original.scheme, original.authority) and not exchange.base_path:
        return "", gateway
    return f"{url.scheme}://{url.authority}{exchange.base_path.rstrip('/')}", gateway
