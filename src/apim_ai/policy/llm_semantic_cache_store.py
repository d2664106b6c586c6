"""`llm-semantic-cache-store`."""

from __future__ import annotations

from apim_ai.definition import policy
from apim_ai.family.semantic_cache import SemanticCacheStore

__all__ = ["LlmSemanticCacheStore"]


@policy("llm-semantic-cache-store", maybe_scopes=("workspace",), page="llm-semantic-cache-store-policy")
class LlmSemanticCacheStore(SemanticCacheStore):
    """Keep the answer for prompts to come that mean the same."""
