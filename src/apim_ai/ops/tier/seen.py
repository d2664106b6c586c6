"""Whether the gateway serves a change already, where it can be asked."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["GatewayState"]

_HEADER = "x-apim-ai-state"
_PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class GatewayState:
    """Compares the state that a control plane has with the one that its gateway serves.

    The local ones tell it in the header `x-apim-ai-state` of `/healthz`. Azure's tell nothing, and the answer is None.

    Args:
        control_plane: its address.
        gateway: tells the gateway's address, where it is known; asked when it is needed.
        seconds: how long to look.
        now: tells seconds that never go back.
        sleep: waits so many seconds.
    """

    control_plane: str
    gateway: Callable[[], str | None]
    seconds: float = 5.0
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def is_current(self) -> bool | None:
        """Return whether the gateway came to serve what the control plane has; None when it cannot be seen."""
        if not self.control_plane.startswith("http://"):
            return None
        gateway = self.gateway()
        if gateway is None:
            return None
        with httpx.Client(timeout=5.0, trust_env=False) as client:
            wanted = _state(client, self.control_plane)
            if wanted is None:
                return None
            end = self.now() + self.seconds
            while True:
                served = _state(client, gateway)
                if served is None:
                    return None
                if served >= wanted:
                    return True
                if self.now() >= end:
                    return False
                self.sleep(_PAUSE)


def _state(client: httpx.Client, base: str) -> int | None:
    try:
        value = client.get(f"{base.rstrip('/')}/healthz").headers.get(_HEADER, "")
    except httpx.HTTPError:
        return None
    return int(value) if value.isdecimal() else None
