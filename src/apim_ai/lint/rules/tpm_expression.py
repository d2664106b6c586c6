"""The rule AIM304."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["TpmExpression"]


class TpmExpression(PolicyRule):
    """`tokens-per-minute` given as an expression.

    It was seen to be refused when it is deployed.

    Use literals rendered for each tier, and `choose` between policies where they differ by caller.
    """

    code, name, severity = "AIM304", "tpm-expression", "warning"
    instead_of = ("AIM109",)
    elements = ("llm-token-limit", "azure-openai-token-limit")
    good = (
        Case(
            '<llm-token-limit counter-key="@(context.Subscription?.Id ?? "none")" tokens-per-minute="{{tier-gold-tpm}}" estimate-prompt-tokens="true" />'
        ),
    )
    bad = (
        Case(
            '<llm-token-limit counter-key="@(context.Subscription?.Id ?? "none")" tokens-per-minute="@(context.Product?.Name == "gold" ? 10000 : 1000)" estimate-prompt-tokens="true" />',
            at=1,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for an expression."""
        limit = site.element.attribute("tokens-per-minute")
        if limit is not None and limit.code is not None:
            message = "'tokens-per-minute' was seen to be refused as an expression"
            yield self.found(
                limit.value_span, message, help="use literals in the branches of a choose", policy=site.name
            )
