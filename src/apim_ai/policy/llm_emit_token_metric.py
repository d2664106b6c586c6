"""`llm-emit-token-metric`."""

from __future__ import annotations

from apim_ai.definition import policy
from apim_ai.family.token_metric import EmitTokenMetric

__all__ = ["LlmEmitTokenMetric"]


@policy("llm-emit-token-metric", page="llm-emit-token-metric-policy")
class LlmEmitTokenMetric(EmitTokenMetric):
    """Emit prompt, completion and total tokens as custom metrics, whatever the model's maker."""
