"""`llm-token-limit`."""

from __future__ import annotations

from apim_ai.definition import policy
from apim_ai.family.token_limit import TokenLimit

__all__ = ["LlmTokenLimit"]


@policy("llm-token-limit", page="llm-token-limit-policy")
class LlmTokenLimit(TokenLimit):
    """Refuse calls when a key has used up its tokens of the minute or of a longer period, whatever the model's maker."""
