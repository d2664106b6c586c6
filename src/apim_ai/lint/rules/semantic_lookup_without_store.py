"""The rule AIM312."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.examples import LOOKUP, cached
from apim_ai.lint.rule import Case, FlowRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["SemanticLookupWithoutStore"]


class SemanticLookupWithoutStore(FlowRule):
    """A semantic cache lookup without the store in `outbound`.

    Every request pays for an embedding, and none is ever answered from the cache.

    Add `llm-semantic-cache-store` to `outbound`.
    """

    code, name, severity = "AIM312", "semantic-lookup-without-store", "error"
    good = (Case(cached(LOOKUP)),)
    bad = (Case(LOOKUP, at=1),)

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Compare both ends."""
        if subject.is_fragment or "fragment" in subject.outbound.unknown or not subject.is_policies:
            return
        stores = list(subject.outbound.named(*_STORES))
        for lookup in subject.inbound.named(*_LOOKUPS):
            if not stores:
                message = "nothing stores what this looks for"
                help_ = f'add <{lookup.name.replace("lookup", "store")} duration="…" /> to outbound'
                yield self.found(lookup.element.span, message, help=help_, policy=lookup.name)


_LOOKUPS = ("llm-semantic-cache-lookup", "azure-openai-semantic-cache-lookup")
_STORES = ("llm-semantic-cache-store", "azure-openai-semantic-cache-store")
