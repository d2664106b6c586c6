"""Policies of a product."""

from __future__ import annotations

from apim_ai.resource.kind import Kind
from apim_ai.resource.policy_text import POLICY_FIELDS, compared_policy, is_default_policy, policy_references

__all__ = ["KIND"]

KIND = Kind(
    name="product_policy",
    path="products/{product}/policies/policy",
    noun="product policy",
    references=policy_references,
    canonical=compared_policy,
    is_default=is_default_policy,
    fields=POLICY_FIELDS,
)
