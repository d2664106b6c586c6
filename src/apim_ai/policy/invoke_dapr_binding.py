"""`invoke-dapr-binding`."""

from __future__ import annotations

from typing import Literal

from apim_ai.definition import (
    BOOLEAN,
    INTEGER,
    TEXT,
    VARIABLE_NAME,
    Item,
    Value,
    attribute,
    children,
    choice,
    content,
    item,
    literal,
    policy,
    texts,
)
from apim_ai.family.unsupported import UnsupportedPolicy

__all__ = ["InvokeDaprBinding", "MetadataItem"]


@item("item")
class MetadataItem(Item):
    """An entry of the metadata."""

    key: str = literal(TEXT)
    text: Value[str] = content(TEXT)


@policy(
    "invoke-dapr-binding",
    sections=("inbound", "outbound", "on-error"),
    scopes=("global", "product", "api", "operation"),
    gateways=("self-hosted",),
    page="invoke-dapr-binding-policy",
    ordered=True,
)
class InvokeDaprBinding(UnsupportedPolicy):
    """Trigger an output binding of the Dapr runtime beside a self-hosted gateway."""

    needs = "a Dapr sidecar"

    name: Value[str] = attribute(TEXT)
    operation: Value[str] = attribute(TEXT, default="create", expressions="undocumented")
    ignore_error: bool = literal(BOOLEAN, default=False)
    response_variable_name: str | None = literal(VARIABLE_NAME, default=None)
    timeout: Value[int] = attribute(INTEGER, default=5, doc="seconds")
    template: Literal["liquid"] | None = literal(choice("liquid"), default=None)
    content_type: str | None = literal(TEXT, default=None)
    metadata: tuple[MetadataItem, ...] = children(MetadataItem, within="metadata")
    data: tuple[Value[str], ...] = texts("data", TEXT, at_most=1)
