"""`llm-semantic-cache-lookup`."""

from __future__ import annotations

from apim_ai.definition import policy
from apim_ai.family.semantic_cache import SemanticCacheLookup

__all__ = ["LlmSemanticCacheLookup"]


@policy("llm-semantic-cache-lookup", maybe_scopes=("workspace",), page="llm-semantic-cache-lookup-policy")
class LlmSemanticCacheLookup(SemanticCacheLookup):
    """Give the stored answer to an earlier prompt that means the same, where there is one."""
