"""What `send-request` and `send-one-way-request` share: a request of a policy's own, made by the elements inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from apim_ai.definition import (
    ALL_SECTIONS,
    TEXT,
    Item,
    Policy,
    Value,
    attribute,
    child,
    choice,
    content,
    family,
    integer,
    item,
    policies,
    requires_child,
)
from apim_ai.expression import Read
from apim_ai.message import Body, Headers, Url
from apim_ai.runtime import Callout, PolicyError, run_all

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange
    from apim_ai.runtime.services import Purpose

__all__ = ["ChangesCallout", "SendsRequest", "SetUrl"]

# What belongs to the connection the request came in on, not to the request.
_OF_CONNECTION = ("Connection", "Content-Length", "Host", "Keep-Alive", "Transfer-Encoding", "Upgrade")


@runtime_checkable
class ChangesCallout(Protocol):
    """`set-method`, `set-header`, `set-body`, `proxy` and the authentication policies."""

    async def change_callout(self, exchange: Exchange, callout: Callout) -> None:
        """Change a request that is being made."""
        ...


@item("set-url")
class SetUrl(Item):
    """Where the request goes."""

    text: Value[str] = content(TEXT)


@family(
    requires_child("set-url", "set-method", unless="mode=copy"),
    sections=ALL_SECTIONS,
    gateways=("classic", "v2", "consumption", "self-hosted"),
)
class SendsRequest(Policy):
    """Send a request of its own, not through the API's backend."""

    mode: Value[Literal["new", "copy"]] = attribute(
        choice("new", "copy"), default="new", doc="whether it starts empty or as a copy of the current request"
    )
    timeout: Value[int] = attribute(integer(), default=60, doc="seconds until the response headers are there")
    set_url: SetUrl | None = child(SetUrl)
    policies: tuple[Policy, ...] = policies(
        only=(
            "set-method",
            "set-header",
            "set-body",
            "authentication-certificate",
            "authentication-managed-identity",
            "proxy",
            "authentication-token",
            "authentication-token-store",
        ),
        once=("set-method", "set-body", "authentication-certificate", "authentication-managed-identity", "proxy"),
    )

    async def callout(self, exchange: Exchange, purpose: Purpose) -> Callout:
        """Make the request.

        Raises:
            PolicyError: its URL is none, or there is no token for it.
        """
        callout = await self._copy(exchange) if self.mode(exchange.context) == "copy" else _new()
        callout.purpose = purpose
        callout.timeout = self.seconds(exchange)
        if self.set_url is not None:
            callout.url = self._url(self.set_url.text(exchange.context))
        for change in self.policies:
            await exchange.buffer(change.reads)
            if isinstance(change, ChangesCallout):
                await change.change_callout(exchange, callout)
            else:
                await run_all((change,), exchange)  # what nothing is known of says so
        return callout

    def seconds(self, exchange: Exchange) -> float:
        """Return the time limit."""
        return float(self.timeout(exchange.context))

    async def _copy(self, exchange: Exchange) -> Callout:
        request = exchange.request
        headers = request.headers.copy()
        for name in _OF_CONNECTION:
            headers.remove(name)
        body = None
        if not exchange.acts_on_response and request.body is not None:
            await exchange.buffer(Read.REQUEST_BODY)
            body = Body(request.body.content)
        return Callout(request.method, request.url, headers, body)

    def _url(self, text: str) -> Url:
        try:
            return Url.parse(text.strip())
        except ValueError as error:
            message = f"The URL '{text.strip()}' is not an absolute URL."
            raise PolicyError(self.element_name, "InvalidUrl", message) from error


def _new() -> Callout:
    return Callout("GET", Url("http", "localhost", None, "/"), Headers())
