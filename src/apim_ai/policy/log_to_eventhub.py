"""`log-to-eventhub`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import ALL_SECTIONS, TEXT, Policy, Value, at_most_one, attribute, content, literal, policy
from apim_ai.runtime import Event

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["LogToEventhub"]

MAX_BYTES = 200 * 1024


@policy(
    "log-to-eventhub",
    at_most_one("partition-id", "partition-key"),
    sections=ALL_SECTIONS,
    scopes=("global", "product", "api", "operation"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_scopes=("workspace",),
    maybe_gateways=("workspace",),
    page="log-to-eventhub-policy",
    approximated="events are kept for tests and the inspector, not sent to an event hub",
)
class LogToEventhub(Policy):
    """Send a text to an event hub; what is longer than 200 KB is cut off."""

    logger_id: str = literal(TEXT)
    partition_id: str | None = literal(TEXT, default=None, doc="the partition")
    partition_key: Value[str] | None = attribute(TEXT, default=None, doc="what chooses the partition")
    text: Value[str] = content(TEXT)

    def run(self, exchange: Exchange, /) -> None:
        """Hand the text over; nobody waits for the event hub."""
        context = exchange.context
        data = self.text(context).encode()
        if len(data) > MAX_BYTES:
            exchange.note(f"cut at {MAX_BYTES} bytes")
        content = data[:MAX_BYTES].decode("utf-8", "ignore")
        key = None if self.partition_key is None else self.partition_key(context)
        exchange.services.events.send(Event(self.logger_id, content, key, self.partition_id))
