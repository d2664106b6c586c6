"""Diagnostics of one API, which replace those of the service."""

from __future__ import annotations

from apim_ai.resource.diagnostics import DIAGNOSTIC_DEFAULTS, DIAGNOSTIC_FIELDS
from apim_ai.resource.kind import Kind

__all__ = ["KIND"]

KIND = Kind(
    name="api_diagnostic",
    path="apis/{api}/diagnostics/{diagnostic}",
    noun="API diagnostic",
    defaults=DIAGNOSTIC_DEFAULTS,
    ids=("loggerId",),
    fields=DIAGNOSTIC_FIELDS,
)
