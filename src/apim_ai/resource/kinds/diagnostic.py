"""Diagnostics of the whole service: what is sent to a logger, and how much of it."""

from __future__ import annotations

from apim_ai.resource.fields import Field
from apim_ai.resource.kind import Kind

__all__ = ["DIAGNOSTIC_FIELDS", "KIND"]

DIAGNOSTIC_FIELDS = (
    Field("loggerId", required=True),
    Field("alwaysLog", choices=("allErrors",)),
    Field("sampling.samplingType", choices=("fixed",)),
    Field("sampling.percentage", "number", least=0, most=100),
    Field("logClientIp", "boolean"),
    Field("metrics", "boolean"),
    Field("httpCorrelationProtocol", choices=("None", "Legacy", "W3C")),
    Field("verbosity", choices=("verbose", "information", "error")),
    Field("operationNameFormat", choices=("Name", "Url")),
    Field("frontend.request.body.bytes", "integer", least=0, most=8192),
    Field("frontend.response.body.bytes", "integer", least=0, most=8192),
    Field("backend.request.body.bytes", "integer", least=0, most=8192),
    Field("backend.response.body.bytes", "integer", least=0, most=8192),
)

KIND = Kind(
    name="diagnostic",
    path="diagnostics/{diagnostic}",
    noun="diagnostic",
    defaults={"logClientIp": False, "verbosity": "information", "httpCorrelationProtocol": "None"},
    ids=("loggerId",),
    fields=DIAGNOSTIC_FIELDS,
)
