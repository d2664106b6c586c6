"""The rule AIM320."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.finding import Related
from apim_ai.lint.examples import LOOKUP, cached
from apim_ai.lint.rule import Case, FlowRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["CacheBeforeContentSafety"]


class CacheBeforeContentSafety(FlowRule):
    """The semantic cache is asked before the prompt is checked.

    A harmful prompt that resembles a stored one is answered unchecked.

    Put `llm-content-safety` first.
    """

    code, name, severity = "AIM320", "cache-before-content-safety", "warning"
    good = (Case(cached('<llm-content-safety backend-id="safety" shield-prompt="true" />', LOOKUP)),)
    bad = (Case(LOOKUP + '\n<llm-content-safety backend-id="safety" shield-prompt="true" />', at=1),)

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Compare the places."""
        flow = subject.inbound
        checks = list(flow.named("llm-content-safety"))
        for lookup in flow.named("llm-semantic-cache-lookup", "azure-openai-semantic-cache-lookup"):
            later = next((check for check in checks if flow.position[id(check)] > flow.position[id(lookup)]), None)
            if later is not None and not any(flow.position[id(c)] < flow.position[id(lookup)] for c in checks):
                related = (Related(later.element.span, "the prompt is checked here"),)
                message = "the cache answers prompts that nobody has checked"
                yield self.found(
                    lookup.element.span,
                    message,
                    help="put llm-content-safety first",
                    policy=lookup.name,
                    related=related,
                )
