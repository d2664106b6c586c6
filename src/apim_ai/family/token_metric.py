"""Token metrics: what `llm-emit-token-metric` and `azure-openai-emit-token-metric` share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from apim_ai.definition import BOOLEAN, TEXT, Policy, Value, attribute, children, choice, family, literal
from apim_ai.family.chat import UsageWatch, prompt_of
from apim_ai.family.dimensions import (
    DEFAULT_NAMESPACE,
    DIMENSIONS_AT_MOST,
    TokenDimension,
    evaluated,
    filled_in,
)
from apim_ai.runtime import Metric

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.family.chat import Answer, Usage
    from apim_ai.runtime import Exchange

__all__ = ["EmitTokenMetric"]

ValueType = Literal["all", "total-tokens", "prompt-tokens", "completion-tokens"]


@family(
    sections=("inbound",),
    settings=(
        "token_limit.tokenizer",
        "token_limit.image_tokens",
        "token_limit.message_overhead",
        "token_limit.tools",
        "token_limit.stream_usage_chunk",
    ),
)
class EmitTokenMetric(Policy):
    """Emit the tokens of each answer as custom metrics; of a stream at its end.

    The values of dimensions are taken when the policy runs, those that the gateway fills in when the metric leaves.

    Source: emit-token-metric pages.
    """

    namespace: str = literal(TEXT, default=DEFAULT_NAMESPACE)
    name: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented", documented=False)
    value_type: Value[ValueType] = attribute(
        choice("all", "total-tokens", "prompt-tokens", "completion-tokens"),
        default="all",
        expressions="undocumented",
        documented=False,
    )
    ignore_prompt: bool = literal(BOOLEAN, default=False, documented=False)
    dimensions: tuple[TokenDimension, ...] = children(TokenDimension, at_least=1, at_most=DIMENSIONS_AT_MOST)

    async def run(self, exchange: Exchange, /) -> None:
        """Wait for the answers."""
        prompt = await prompt_of(exchange)
        context = exchange.context
        dimensions = evaluated(self.dimensions, context)
        kind = self.value_type(context)
        name = self.name(context) if self.name else None

        def emit(answer: Answer) -> None:
            if answer.usage is None or answer.is_cached:
                return
            known = filled_in(dimensions, context)
            for title, value in self._values(answer.usage, kind, name):
                exchange.services.metrics.emit(Metric(title, self.namespace, float(value), known))

        UsageWatch.listen(exchange, prompt, emit)

    def _values(self, usage: Usage, kind: ValueType, name: str | None) -> Iterator[tuple[str, int]]:
        prompt = 0 if self.ignore_prompt else usage.prompt
        total = usage.total - (usage.prompt - prompt)
        if kind in ("all", "total-tokens"):
            yield name if name and kind != "all" else "Total Tokens", total
        if kind in ("all", "prompt-tokens"):
            yield name if name and kind != "all" else "Prompt Tokens", prompt
        if kind in ("all", "completion-tokens"):
            yield name if name and kind != "all" else "Completion Tokens", usage.completion
