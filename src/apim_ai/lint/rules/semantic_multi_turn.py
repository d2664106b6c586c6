"""The rule AIM322."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.examples import LOOKUP, cached
from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["SemanticMultiTurn"]


class SemanticMultiTurn(PolicyRule):
    """A semantic lookup without `max-message-count`.

    Long dialogs match on unrelated context and cost an embedding each.

    Set the number of messages above which the cache is left alone.
    """

    code, name, severity = "AIM322", "semantic-multi-turn", "info"
    elements = ("llm-semantic-cache-lookup", "azure-openai-semantic-cache-lookup")
    good = (Case(cached(LOOKUP)),)
    bad = (Case(LOOKUP.replace(' max-message-count="6"', ""), at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for the attribute."""
        if site.element.attribute("max-message-count") is None:
            message = "long dialogs are looked up too, and match on unrelated context"
            yield self.found(site.element.span, message, help='add max-message-count="6"', policy=site.name)
