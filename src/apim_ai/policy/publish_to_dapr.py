"""`publish-to-dapr`."""

from __future__ import annotations

from typing import Literal

from apim_ai.definition import BOOLEAN, INTEGER, TEXT, VARIABLE_NAME, Value, attribute, choice, content, literal, policy
from apim_ai.family.unsupported import UnsupportedPolicy

__all__ = ["PublishToDapr"]


@policy(
    "publish-to-dapr",
    sections=("inbound", "outbound", "on-error"),
    scopes=("global", "product", "api", "operation"),
    gateways=("self-hosted",),
    page="publish-to-dapr-policy",
)
class PublishToDapr(UnsupportedPolicy):
    """Publish a message to a topic of the Dapr runtime beside a self-hosted gateway."""

    needs = "a Dapr sidecar"

    pubsub_name: Value[str] | None = attribute(TEXT, default=None)
    topic: Value[str] = attribute(TEXT)
    ignore_error: bool = literal(BOOLEAN, default=False)
    response_variable_name: str | None = literal(VARIABLE_NAME, default=None)
    timeout: Value[int] = attribute(INTEGER, default=5, doc="seconds")
    template: Literal["liquid", "none"] = literal(choice("liquid", "none"), default="liquid")
    content_type: Literal["application/json"] = literal(choice("application/json"), default="application/json")
    text: Value[str] = content(TEXT)
