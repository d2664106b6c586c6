"""`send-one-way-request`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from apim_ai.definition import policy
from apim_ai.family.callout import SendsRequest
from apim_ai.runtime import PolicyError, WireError

if TYPE_CHECKING:
    from apim_ai.runtime import Callout, Exchange, Wire

__all__ = ["SendOneWayRequest"]

# The event loop itself only keeps weak references; a request that nobody waits for lives here until it is sent.
_ON_THEIR_WAY: set[asyncio.Task[None]] = set()


@policy("send-one-way-request", maybe_gateways=("workspace",), page="send-one-way-request-policy", ordered=True)
class SendOneWayRequest(SendsRequest):
    """Send a request and go on at once; what becomes of it makes no difference."""

    async def run(self, exchange: Exchange, /) -> None:
        """Make the request and let it go."""
        try:
            callout = await self.callout(exchange, "one-way")
        except PolicyError as error:
            exchange.note(f"not sent: {error.message}")
            return
        exchange.note(f"{callout.method} {callout.url.scheme}://{callout.url.authority}{callout.url.path}")
        task = asyncio.create_task(_send(exchange.services.wire, callout))
        _ON_THEIR_WAY.add(task)
        task.add_done_callback(_ON_THEIR_WAY.discard)
        await asyncio.sleep(0)  # it leaves before what the next policies send


async def _send(wire: Wire, callout: Callout) -> None:
    try:
        response = await wire.send(callout)
    except WireError:
        return
    if response.body is not None:
        await response.body.discard()
