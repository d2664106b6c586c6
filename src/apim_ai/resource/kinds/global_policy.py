"""The policy of the whole service."""

from __future__ import annotations

from apim_ai.resource.kind import Kind
from apim_ai.resource.policy_text import POLICY_FIELDS, compared_global_policy, is_default_policy, policy_references

__all__ = ["KIND"]

KIND = Kind(
    name="global_policy",
    path="policies/policy",
    noun="global policy",
    references=policy_references,
    canonical=compared_global_policy,
    is_default=is_default_policy,
    fields=POLICY_FIELDS,
)
