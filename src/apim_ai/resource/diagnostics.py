"""What the two kinds of diagnostics share: what the service fills in, and what each property must be."""

from __future__ import annotations

from apim_ai.resource.fields import Field

__all__ = ["DIAGNOSTIC_DEFAULTS", "DIAGNOSTIC_FIELDS", "DIAGNOSTIC_NAMES"]

DIAGNOSTIC_NAMES = ("applicationinsights", "azuremonitor", "local")
"""The only names that the service takes, whatever their case."""

DIAGNOSTIC_DEFAULTS = {"logClientIp": False, "verbosity": "information", "httpCorrelationProtocol": "None"}

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
