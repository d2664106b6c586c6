"""Loggers: where the gateway sends diagnostics and events."""

from __future__ import annotations

from apim_ai.resource.fields import Field
from apim_ai.resource.kind import Kind, always

__all__ = ["KIND"]

KIND = Kind(
    name="logger",
    path="loggers/{logger}",
    noun="logger",
    defaults={"isBuffered": True, "description": ""},
    # The service replaces credentials by named values of its own making, so what it answers is not what was put.
    write_only=always("credentials.*"),
    immutable=("loggerType",),
    fields=(
        Field("loggerType", required=True, choices=("azureEventHub", "applicationInsights", "azureMonitor")),
        Field("description", longest=256),
        Field("credentials", "object"),
        Field("isBuffered", "boolean"),
        Field("resourceId"),
    ),
)
