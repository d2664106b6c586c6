"""The rule AIM310."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.finding import Related
from apim_ai.lint.examples import LIMIT, LOOKUP, cached
from apim_ai.lint.rule import Case, FlowRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["LimitBeforeCache"]


class LimitBeforeCache(FlowRule):
    """Tokens are counted before the semantic cache is asked.

    With an estimate of the prompt, answers from the cache are charged to the caller although no token is bought.

    Put the limit behind the lookup, where cached answers shall be free.
    """

    code, name, severity = "AIM310", "limit-before-cache", "info"
    good = (Case(cached(LOOKUP, LIMIT)),)
    bad = (Case(cached(LIMIT + "\n", LOOKUP), at=1),)

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Compare the places."""
        flow = subject.inbound
        for lookup in flow.named("llm-semantic-cache-lookup", "azure-openai-semantic-cache-lookup"):
            for limit in flow.named_before(lookup, "llm-token-limit", "azure-openai-token-limit"):
                if limit.literal("estimate-prompt-tokens") == "true":
                    related = (Related(lookup.element.span, "the cache is asked here"),)
                    message = "answers from the cache are charged to the caller"
                    yield self.found(
                        limit.element.span, message, help="put it behind the lookup", policy=limit.name, related=related
                    )
