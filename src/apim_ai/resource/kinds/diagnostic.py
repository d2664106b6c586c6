"""Diagnostics of the whole service: what is sent to a logger, and how much of it."""

from __future__ import annotations

from apim_ai.resource.kind import Kind

__all__ = ["KIND"]

KIND = Kind(
    name="diagnostic",
    path="diagnostics/{diagnostic}",
    noun="diagnostic",
    defaults={"logClientIp": False, "verbosity": "information", "httpCorrelationProtocol": "None"},
    ids=("loggerId",),
)
