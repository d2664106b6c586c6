"""`azure-openai-semantic-cache-lookup`."""

from __future__ import annotations

from apim_ai.definition import policy
from apim_ai.family.semantic_cache import SemanticCacheLookup

__all__ = ["AzureOpenaiSemanticCacheLookup"]


@policy(
    "azure-openai-semantic-cache-lookup", maybe_scopes=("workspace",), page="azure-openai-semantic-cache-lookup-policy"
)
class AzureOpenaiSemanticCacheLookup(SemanticCacheLookup):
    """Give the stored answer to an earlier prompt that means the same, where there is one."""
