"""Events that are kept."""

from __future__ import annotations

from apim_ai.gateway.events import KEPT, KeptEvents
from apim_ai.runtime import Event


def test_the_last_events_are_kept() -> None:
    sink = KeptEvents()
    for number in range(KEPT + 5):
        sink.send(Event("hub", str(number)))
    assert len(sink.events) == KEPT
    assert sink.events[0].content == "5"
