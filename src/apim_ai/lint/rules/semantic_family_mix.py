"""The rule AIM315."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.examples import LOOKUP, cached
from apim_ai.lint.rule import Case, FlowRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["SemanticFamilyMix"]


class SemanticFamilyMix(FlowRule):
    """A lookup and a store of different families.

    `azure-openai-*` and `llm-*` do not work as a pair.

    Use one family.
    """

    code, name, severity = "AIM315", "semantic-family-mix", "error"
    good = (Case(cached(LOOKUP)),)
    bad = (
        Case(
            "<policies><inbound><base />" + LOOKUP + "</inbound><backend><base /></backend>\n"
            '<outbound><base /><azure-openai-semantic-cache-store duration="60" /></outbound><on-error><base /></on-error></policies>',
            at=2,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Compare the names."""
        lookups = {
            site.name
            for site in subject.inbound.named("llm-semantic-cache-lookup", "azure-openai-semantic-cache-lookup")
        }
        for store in subject.outbound.named("llm-semantic-cache-store", "azure-openai-semantic-cache-store"):
            if lookups and store.name.replace("store", "lookup") not in lookups:
                message = f"'{store.name}' does not work with '{min(lookups)}'"
                yield self.found(store.element.name_span, message, help="use one family", policy=store.name)
