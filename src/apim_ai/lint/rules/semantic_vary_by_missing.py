"""The rule AIM316."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.examples import LOOKUP, cached
from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["SemanticVaryByMissing"]


class SemanticVaryByMissing(PolicyRule):
    """A semantic cache that is shared by all callers.

    Without a `vary-by` on who asks, the answer to one tenant is served to another.

    Add `<vary-by>` with the subscription, a claim of the validated token, or a variable that holds the caller. Where a
    shared cache is meant, say so: `<!-- apim: ignore[semantic-vary-by-missing] why -->`.
    """

    code, name, severity = "AIM316", "semantic-vary-by-missing", "error"
    elements = ("llm-semantic-cache-lookup", "azure-openai-semantic-cache-lookup")
    good = (Case(cached(LOOKUP)),)
    bad = (
        Case(
            '<llm-semantic-cache-lookup score-threshold="0.05" embeddings-backend-id="embeddings" embeddings-backend-auth="system-assigned" />',
            at=1,
        ),
        Case(LOOKUP.replace('context.Subscription?.Id ?? "none"', "context.Api.Id"), at=1),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for anything of the caller in the values it varies by."""
        texts = [text.value for child in site.element.elements if child.name == "vary-by" for text in child.texts]
        if not any(mark in text for text in texts for mark in _OF_THE_CALLER):
            message = "all callers share this cache: one gets the answers of another"
            help_ = '<vary-by>@(context.Subscription?.Id ?? "none")</vary-by>'
            yield self.found(site.element.span, message, help=f"add {help_}", policy=site.name)


_OF_THE_CALLER = (
    "context.Subscription",
    "context.User",
    "context.Variables",
    "context.Request.",
    "AsJwt",
    "context.Product",
    "{{",
)
