"""`invoke-request`."""

from __future__ import annotations

from apim_ai.definition import ALL_SECTIONS, TEXT, URI, Value, attribute, policy, texts
from apim_ai.family.unsupported import UnsupportedPolicy

__all__ = ["InvokeRequest"]


@policy("invoke-request", sections=ALL_SECTIONS, documented=False)
class InvokeRequest(UnsupportedPolicy):
    """Send a request to another URL; only the editor schema knows it."""

    needs = "a description of what the service does with it"

    url: Value[str] = attribute(URI, documented=False)
    value: tuple[Value[str], ...] = texts("value", TEXT, expressions="undocumented")
