"""`trace`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from apim_ai.definition import (
    ALL_SECTIONS,
    TEXT,
    Item,
    Policy,
    Value,
    at_least_one,
    at_most_one,
    attribute,
    child,
    children,
    choice,
    content,
    item,
    literal,
    policy,
)
from apim_ai.runtime import TraceEntry

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["Message", "Metadata", "Trace"]

Severity = Literal["verbose", "information", "error"]


@item("message")
class Message(Item):
    """What to write."""

    text: Value[str] = content(TEXT)


@item("metadata")
class Metadata(Item):
    """A property of the entry."""

    name: Value[str] = attribute(TEXT)
    value: Value[str] = attribute(TEXT)


@policy(
    "trace",
    at_least_one("message", "#text"),
    at_most_one("message", "#text"),
    sections=ALL_SECTIONS,
    scopes=("global", "product", "api", "operation"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_scopes=("workspace",),
    maybe_gateways=("workspace",),
    page="trace-policy",
    ordered=True,
)
class Trace(Policy):
    """Write an entry into the request trace, Application Insights and the resource log."""

    source: Value[str] = attribute(TEXT, expressions="undocumented")  # vendor samples name the API so
    severity: Severity = literal(choice("verbose", "information", "error"), default="verbose")
    text: Value[str] | None = content(TEXT, default=None, doc="The message, in the article's older form.")
    message: Message | None = child(Message)
    metadata: tuple[Metadata, ...] = children(Metadata)

    def run(self, exchange: Exchange, /) -> None:
        """Write the entry."""
        context = exchange.context
        metadata = tuple((each.name(context), each.value(context)) for each in self.metadata)
        message = self.message.text if self.message is not None else self.text
        text = message(context) if message is not None else ""
        exchange.trace.entries.append(TraceEntry(self.source(context), self.severity, text, metadata))
