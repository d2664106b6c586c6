"""`azure-openai-semantic-cache-store`."""

from __future__ import annotations

from apim_ai.definition import policy
from apim_ai.family.semantic_cache import SemanticCacheStore

__all__ = ["AzureOpenaiSemanticCacheStore"]


@policy(
    "azure-openai-semantic-cache-store", maybe_scopes=("workspace",), page="azure-openai-semantic-cache-store-policy"
)
class AzureOpenaiSemanticCacheStore(SemanticCacheStore):
    """Keep the answer for prompts to come that mean the same."""
