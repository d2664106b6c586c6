"""The rule AIM313."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.examples import LOOKUP, cached
from apim_ai.lint.rule import Case, FlowRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["SemanticStoreWithoutLookup"]


class SemanticStoreWithoutLookup(FlowRule):
    """A semantic cache store without the lookup in `inbound`.

    It does nothing: the store needs the lookup of the same request.

    Add `llm-semantic-cache-lookup` to `inbound`.
    """

    code, name, severity = "AIM313", "semantic-store-without-lookup", "error"
    good = (Case(cached(LOOKUP)),)
    bad = (Case('<llm-semantic-cache-store duration="60" />', section="outbound", at=1),)

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Compare both ends."""
        if subject.is_fragment or "fragment" in subject.inbound.unknown or not subject.is_policies:
            return
        lookups = list(subject.inbound.named("llm-semantic-cache-lookup", "azure-openai-semantic-cache-lookup"))
        for store in subject.outbound.named("llm-semantic-cache-store", "azure-openai-semantic-cache-store"):
            if not lookups:
                message = "nothing looks for what this stores"
                help_ = f"add <{store.name.replace('store', 'lookup')} …> to inbound"
                yield self.found(store.element.span, message, help=help_, policy=store.name)
