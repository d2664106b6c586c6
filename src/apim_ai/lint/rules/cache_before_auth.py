"""The rule AIM319."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.finding import Related
from apim_ai.lint.examples import JWT, LOOKUP, cached
from apim_ai.lint.rule import Case, FlowRule
from apim_ai.lint.trust import AUTHENTICATION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["CacheBeforeAuth"]


class CacheBeforeAuth(FlowRule):
    """A cache is asked before the caller is authenticated.

    A hit ends `inbound`: callers without a token get cached answers.

    Put the authentication first.
    """

    code, name, severity = "AIM319", "cache-before-auth", "error"
    good = (Case(cached(JWT, LOOKUP)),)
    bad = (Case(LOOKUP + "\n" + JWT, at=1),)

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Compare the places."""
        flow = subject.inbound
        checks = list(flow.named(*AUTHENTICATION))
        if not checks:
            return
        first = min(flow.position[id(check)] for check in checks)
        for lookup in flow.named("llm-semantic-cache-lookup", "azure-openai-semantic-cache-lookup", "cache-lookup"):
            if flow.position[id(lookup)] < first:
                related = (Related(checks[0].element.span, "the caller is authenticated here"),)
                message = f"'{lookup.name}' answers callers who are not authenticated yet"
                yield self.found(
                    lookup.element.span,
                    message,
                    help="put it behind the authentication",
                    policy=lookup.name,
                    related=related,
                )
