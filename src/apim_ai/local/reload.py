"""Lets the gateway follow the control plane: a change is effective on the next request.

A deployment of a thousand entities must not mean a thousand reloads, and an operator who turns a limit must not wait. So
a change only marks the gateway as out of date; the next request brings it up to date first, unless reloading has become
so expensive that requests would feel it, and a timer does it shortly after in any case.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any, Protocol

from apim_ai.arm.server import STATE_HEADER
from apim_ai.errors import ApimAiError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from apim_ai.arm import Store
    from apim_ai.clock import Clock
    from apim_ai.resource import Resources

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Application = Callable[[Message, Receive, Send], Awaitable[None]]

__all__ = ["Reloader", "Serving"]

_LOG = logging.getLogger(__name__)
_WAIT = 0.15  # seconds from a change to its effect where no request brings it about before; the promise is 0.2
_SHARE = 0.5  # of the time may go into reloads that requests wait for, while changes and requests come in together
_CREDIT = (
    0.5  # seconds of reloads that requests may wait for at once: one large change costs more than a hundred small ones
)


class Serving(Protocol):
    """What the reloader needs of a gateway."""

    @property
    def asgi(self) -> Application:
        """The application that serves requests."""
        ...

    def reload(self, resources: Resources, /) -> None:
        """Serve these resources from the next request on; requests under way end with what they began with."""
        ...

    async def aclose(self) -> None:
        """Release connections."""
        ...


class Reloader:
    """The gateway's application, brought up to date in time; answers `GET /healthz`.

    Args:
        gateway: what serves; it has the store's present state.
        store: the state that it follows.
        clock: tells the time.
    """

    def __init__(self, gateway: Serving, store: Store, clock: Clock) -> None:
        self._gateway = gateway
        self._store = store
        self._clock = clock
        self._served = store.version
        self._failure: str | None = None
        self._tried = store.version
        self._timer: asyncio.TimerHandle | None = None
        self._spent = 0.0  # seconds of reloads that have not been paid back by time passing
        self._counted_at = clock.monotonic()

    @property
    def is_stale(self) -> bool:
        """Whether the state has changed since the gateway was last brought up to date."""
        return self._tried != self._store.version

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Bring the gateway up to date, then serve."""
        if self.is_stale and self._has_credit():
            self.refresh()
        if scope["type"] == "http" and scope["path"] == "/healthz":
            await self._tell_health(send)
            return
        await self._gateway.asgi(scope, receive, send)

    def changed(self, _: frozenset[str]) -> None:
        """Take note of a change of the state; must be called on the event loop."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_WAIT, self._on_time)

    def refresh(self) -> None:
        """Bring the gateway up to date now; when that fails, what it serves it goes on serving."""
        began, version = self._clock.monotonic(), self._store.version
        self._tried = version
        try:
            self._gateway.reload(self._store.resources())
        except ApimAiError as error:
            self._failure = str(error)
            _LOG.warning("the gateway goes on with the old state: %s", error)
        except Exception as error:  # noqa: BLE001 - whatever it was, what serves must go on serving
            self._failure = type(error).__name__
            _LOG.exception("the gateway goes on with the old state")
        else:
            self._served, self._failure = version, None
        self._spent += self._clock.monotonic() - began

    def _has_credit(self) -> bool:
        now = self._clock.monotonic()
        self._spent = max(0.0, self._spent - (now - self._counted_at) * _SHARE)
        self._counted_at = now
        return self._spent < _CREDIT

    def _on_time(self) -> None:
        self._timer = None
        if self.is_stale:
            self.refresh()

    async def _tell_health(self, send: Send) -> None:
        health = {"status": "ok"} if self._failure is None else {"status": "stale", "reason": self._failure}
        content = json.dumps(health).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(content)).encode()),
            (STATE_HEADER.encode(), str(self._served).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})
