"""`azure-openai-token-limit`."""

from __future__ import annotations

from apim_ai.definition import policy
from apim_ai.family.token_limit import TokenLimit

__all__ = ["AzureOpenaiTokenLimit"]


@policy("azure-openai-token-limit", page="azure-openai-token-limit-policy")
class AzureOpenaiTokenLimit(TokenLimit):
    """Refuse calls when a key has used up its tokens of the minute or of a longer period."""
