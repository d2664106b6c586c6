"""What `log-to-eventhub` sends, kept for the inspector: a laptop has no event hub."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apim_ai.runtime import Event

__all__ = ["KeptEvents"]

KEPT = 1000


class KeptEvents:
    """The last events; fits `runtime.services.EventSink`."""

    def __init__(self) -> None:
        self.events: deque[Event] = deque(maxlen=KEPT)

    def send(self, event: Event) -> None:
        """Take an event."""
        self.events.append(event)
