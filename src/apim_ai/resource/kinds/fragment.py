"""Policy fragments, shared by policies through `include-fragment`."""

from __future__ import annotations

from apim_ai.resource.fields import Field
from apim_ai.resource.kind import Kind
from apim_ai.resource.policy_text import compared_policy, policy_references

__all__ = ["KIND"]

KIND = Kind(
    name="fragment",
    path="policyFragments/{fragment}",
    noun="policy fragment",
    defaults={"description": ""},
    added=("provisioningState",),
    long_running=frozenset({"put"}),
    references=policy_references,
    canonical=compared_policy,
    longest_name=80,
    fields=(
        Field("value", required=True),
        Field("format", choices=("xml", "rawxml")),
        Field("description", longest=1000),
    ),
)
