"""See whether the gateway answers with a release's stamp, which is later than the control plane's "done"."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.resource import Resources

__all__ = ["HEADER", "Probe", "probe_path"]

HEADER = "x-apim-ai-release"
"""The response header that a fragment of the project fills from the named value of the release."""

_PAUSE = 0.25


@dataclass(frozen=True, slots=True)
class Probe:
    """Asks the gateway which release it serves.

    Args:
        url: an address of the gateway whose every answer, a refusal too, carries the stamp.
        enough: so many answers in a row must carry it, for a gateway has several units.
        seconds: how long to try.
        now: tells seconds that never go back.
        sleep: waits so many seconds.
    """

    url: str
    enough: int = 3
    seconds: float = 30.0
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def sees(self, release: str) -> bool:
        """Return whether the gateway came to answer with a release in time."""
        end = self.now() + self.seconds
        seen = 0
        with httpx.Client(timeout=5.0, trust_env=not self.url.startswith("http://")) as client:
            while True:
                seen = seen + 1 if self._stamp(client) == release else 0
                if seen >= self.enough:
                    return True
                if self.now() >= end:
                    return False
                if not seen:
                    self.sleep(_PAUSE)

    def _stamp(self, client: httpx.Client) -> str | None:
        try:
            return client.get(self.url).headers.get(HEADER)
        except httpx.HTTPError:
            return None


def probe_path(resources: Resources) -> str | None:
    """Return a path of the gateway that can be asked without a cost: open to all and about health before any other GET.

    Returns:
        The path, or None when the project has no operation that takes a plain GET.
    """
    found: list[tuple[bool, bool, str]] = []
    for operation in resources.of("operation"):
        template = str(operation.properties.get("urlTemplate", ""))
        if str(operation.properties.get("method", "")).upper() == "GET" and "{" not in template:
            api = resources[operation.parent].properties
            path = f"/{str(api.get('path', '')).strip('/')}/{template.strip('/')}".replace("//", "/").rstrip("/") or "/"
            found.append((api.get("subscriptionRequired") is not False, not path.endswith("health"), path))
    return min(found)[2] if found else None
