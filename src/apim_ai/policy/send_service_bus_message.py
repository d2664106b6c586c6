"""`send-service-bus-message`."""

from __future__ import annotations

from apim_ai.definition import GUID, TEXT, Item, Value, attribute, child, children, content, exactly_one, item, policy
from apim_ai.family.unsupported import UnsupportedPolicy

__all__ = ["MessageProperty", "Payload", "SendServiceBusMessage"]


@item("message-property")
class MessageProperty(Item):
    """A property of the message."""

    name: Value[str] = attribute(TEXT, expressions="undocumented")
    text: Value[str] = content(TEXT)


@item("payload")
class Payload(Item):
    """The message."""

    text: Value[str] = content(TEXT)


@policy(
    "send-service-bus-message",
    exactly_one("queue-name", "topic-name"),
    sections=("inbound", "outbound", "on-error"),
    scopes=("global", "product", "api", "operation"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_scopes=("workspace",),
    page="send-service-bus-message-policy",
    preview=True,
)
class SendServiceBusMessage(UnsupportedPolicy):
    """Send a message to a queue or topic of a Service Bus."""

    needs = "a Service Bus namespace"

    queue_name: Value[str] | None = attribute(TEXT, default=None)
    topic_name: Value[str] | None = attribute(TEXT, default=None)
    namespace: Value[str] | None = attribute(TEXT, default=None, doc="the namespace's host name")
    client_id: Value[str] | None = attribute(GUID, default=None, doc="a user-assigned identity")
    message_properties: tuple[MessageProperty, ...] = children(MessageProperty, within="message-properties", at_least=1)
    payload: Payload = child(Payload, required=True)
