"""The rule AIM309."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, FlowRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.document import Document
    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["LimitMissingOnAiApi"]


class LimitMissingOnAiApi(FlowRule):
    """An API that calls a model has neither a token limit nor a rate limit on the way.

    One client can spend the whole capacity.

    Add `llm-token-limit`, to the API or to each product that holds it.
    """

    code, name, severity = "AIM309", "limit-missing-on-ai-api", "error"
    good = (
        Case(
            '<llm-token-limit counter-key="@(context.Subscription?.Id ?? "none")" tokens-per-minute="1000" estimate-prompt-tokens="true" />'
            '<llm-emit-token-metric><dimension name="API ID" /></llm-emit-token-metric>',
            resources={"apis/chat": {"path": "chat"}},
        ),
    )
    bad = (
        Case(
            '<llm-emit-token-metric><dimension name="API ID" /></llm-emit-token-metric>',
            resources={"apis/chat": {"path": "chat"}},
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look for a limit in the flow, or in every product that holds the API."""
        estate, root = subject.estate, subject.root
        if estate is None or root is None or subject.place is None or subject.scope != "api" or not subject.calls_model:
            return
        api = estate.api_of(subject.place)
        if api is None or not subject.inbound.is_complete or bool(subject.inbound.named(*_LIMITS)):
            return
        products = [estate.policy_document(f"{product.id}/policies/policy") for product in estate.products_of(api)]
        if products and all(document is not None and _limits(document) for document in products):
            return
        message = f"the API '{api.name}' calls a model and nothing limits its callers"
        yield self.found(root.name_span, message, help="add llm-token-limit", policy="llm-token-limit")


_LIMITS = ("llm-token-limit", "azure-openai-token-limit", "rate-limit", "rate-limit-by-key", "quota", "quota-by-key")


def _limits(document: Document) -> bool:
    """Whether a document holds a limit, or a fragment that may hold one."""
    return any(f"<{name}" in document.source.text for name in (*_LIMITS, "include-fragment"))
