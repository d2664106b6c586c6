"""Lets the gateway follow the control plane: a change is effective on the next request.

A deployment of a thousand entities must not mean a thousand reloads, and an operator who turns a limit must not wait. So
a change only marks the gateway as out of date; the next request brings it up to date first, unless reloading has become
so expensive that requests would feel it, and a timer does it shortly after in any case.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from apim_ai.clock import Clock
    from apim_ai.resource import Resources

    Message = MutableMapping[str, Any]
    Application = Callable[
        [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]
    ]

__all__ = ["Reloader", "Serving"]

_LOG = logging.getLogger(__name__)
_LONGEST_WAIT = 0.1  # seconds from a change to its effect where nothing asks before; the promise is 0.2
_SHORTEST_WAIT = 0.01
_SHARE = 10  # reloads may take a tenth of the time while requests and changes come in together


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
    """The gateway's application with its state brought up to date in time.

    Args:
        gateway: what serves.
        resources: answers the current state.
        clock: tells the time.
    """

    def __init__(self, gateway: Serving, resources: Callable[[], Resources], clock: Clock) -> None:
        self._gateway = gateway
        self._resources = resources
        self._clock = clock
        self._is_stale = False
        self._timer: asyncio.TimerHandle | None = None
        self._last_end = float("-inf")
        self._last_duration = 0.0

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        """Bring the gateway up to date, then serve."""
        if self._is_stale and self._clock.monotonic() - self._last_end >= self._last_duration * _SHARE:
            self.refresh()
        await self._gateway.asgi(scope, receive, send)

    def changed(self, _: frozenset[str]) -> None:
        """Take note of a change of the state; must be called on the event loop."""
        self._is_stale = True
        if self._timer is None:
            wait = min(_LONGEST_WAIT, max(_SHORTEST_WAIT, self._last_duration * _SHARE))
            self._timer = asyncio.get_running_loop().call_later(wait, self._on_time)

    def refresh(self) -> None:
        """Bring the gateway up to date now."""
        self._is_stale = False
        began = self._clock.monotonic()
        try:
            self._gateway.reload(self._resources())
        except Exception:  # noqa: BLE001 - whatever it was, what serves goes on serving
            _LOG.exception("the gateway could not load the new state and goes on with the old one")
        self._last_end = self._clock.monotonic()
        self._last_duration = self._last_end - began

    def _on_time(self) -> None:
        self._timer = None
        if self._is_stale:
            self.refresh()
