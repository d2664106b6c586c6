"""`azure-openai-emit-token-metric`."""

from __future__ import annotations

from apim_ai.definition import policy
from apim_ai.family.token_metric import EmitTokenMetric

__all__ = ["AzureOpenaiEmitTokenMetric"]


@policy(
    "azure-openai-emit-token-metric",
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    page="azure-openai-emit-token-metric-policy",
)
class AzureOpenaiEmitTokenMetric(EmitTokenMetric):
    """Emit prompt, completion and total tokens as custom metrics."""
