"""Diagnostics of one API, which replace those of the service."""

from __future__ import annotations

from apim_ai.resource.kind import Kind
from apim_ai.resource.kinds.diagnostic import DIAGNOSTIC_FIELDS

__all__ = ["KIND"]

KIND = Kind(
    name="api_diagnostic",
    path="apis/{api}/diagnostics/{diagnostic}",
    noun="API diagnostic",
    defaults={"logClientIp": False, "verbosity": "information", "httpCorrelationProtocol": "None"},
    ids=("loggerId",),
    fields=DIAGNOSTIC_FIELDS,
)
