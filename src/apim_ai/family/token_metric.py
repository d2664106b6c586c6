"""Token metrics: what `llm-emit-token-metric` and `azure-openai-emit-token-metric` share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from apim_ai.definition import BOOLEAN, TEXT, Policy, Value, attribute, children, choice, family, literal
from apim_ai.expression import Read
from apim_ai.family.chat import UsageWatch, needs_body, question_of
from apim_ai.family.dimensions import (
    DEFAULT_NAMESPACE,
    DIMENSIONS_AT_MOST,
    TokenDimension,
    evaluated,
    filled_in,
)
from apim_ai.runtime import Metric

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable

    from apim_ai.family.chat import Answer, Question, Usage
    from apim_ai.runtime import Exchange

__all__ = ["EmitTokenMetric"]

ValueType = Literal["all", "total-tokens", "prompt-tokens", "completion-tokens"]
_PLACES = {"total-tokens": 0, "prompt-tokens": 1, "completion-tokens": 2}


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

    def run(self, exchange: Exchange, /) -> Awaitable[None] | None:
        """Wait for the answers."""
        if UsageWatch.is_there(exchange):
            self._listen(exchange, None)
        elif needs_body(exchange):
            return self._run_buffered(exchange)
        else:
            self._listen(exchange, question_of(exchange))
        return None

    async def _run_buffered(self, exchange: Exchange) -> None:
        await exchange.buffer(Read.REQUEST_BODY)
        self._listen(exchange, question_of(exchange))

    def _listen(self, exchange: Exchange, question: Question | None) -> None:
        context = exchange.context
        dimensions = evaluated(self.dimensions, context)
        kind = self.value_type(context)
        name = self.name(context) if self.name else None

        def emit(answer: Answer) -> None:
            if answer.usage is None or answer.is_cached:
                return
            known = filled_in(dimensions, context)
            take, namespace = exchange.services.metrics.emit, self.namespace
            for title, value in self._values(answer.usage, kind, name):
                take(Metric(title, namespace, float(value), known))

        UsageWatch.listen(exchange, question, emit)

    def _values(self, usage: Usage, kind: ValueType, name: str | None) -> Iterable[tuple[str, int]]:
        prompt = 0 if self.ignore_prompt else usage.prompt
        total = usage.total - (usage.prompt - prompt)
        values = (("Total Tokens", total), ("Prompt Tokens", prompt), ("Completion Tokens", usage.completion))
        if kind == "all":
            return values
        title, value = values[_PLACES[kind]]
        return ((name or title, value),)
