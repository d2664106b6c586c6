"""The rule AIM124."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["AliasAzureOpenai"]


class AliasAzureOpenai(PolicyRule):
    """An `azure-openai-*` policy where an `llm-*` one exists.

    The `llm-*` form covers Azure OpenAI and other models; mixing the two families breaks pairs.

    Rename it.
    """

    code, name, severity = "AIM124", "alias-azure-openai", "info"
    elements = (
        "azure-openai-token-limit",
        "azure-openai-emit-token-metric",
        "azure-openai-semantic-cache-lookup",
        "azure-openai-semantic-cache-store",
    )
    good = (
        Case(
            '<llm-token-limit counter-key="@(context.Subscription?.Id ?? "none")" tokens-per-minute="1000" estimate-prompt-tokens="true" />'
        ),
    )
    bad = (
        Case(
            '<azure-openai-token-limit counter-key="@(context.Subscription?.Id ?? "none")" tokens-per-minute="1000" estimate-prompt-tokens="true" />',
            at=1,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Name the other family's policy."""
        other = site.name.replace("azure-openai-", "llm-")
        yield self.found(
            site.element.name_span, f"'{other}' does the same for every model", help=f"use {other}", policy=site.name
        )
