"""Diagnostics of the whole service: what is sent to a logger, and how much of it."""

from __future__ import annotations

from apim_ai.resource.diagnostics import DIAGNOSTIC_DEFAULTS, DIAGNOSTIC_FIELDS
from apim_ai.resource.kind import Kind

__all__ = ["KIND"]

KIND = Kind(
    name="diagnostic",
    path="diagnostics/{diagnostic}",
    noun="diagnostic",
    defaults=DIAGNOSTIC_DEFAULTS,
    ids=("loggerId",),
    fields=DIAGNOSTIC_FIELDS,
)
