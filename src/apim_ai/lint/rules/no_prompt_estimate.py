"""The rule AIM305."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["NoPromptEstimate"]


class NoPromptEstimate(PolicyRule):
    """A token limit that does not estimate the prompt.

    Prompts above the limit still reach the model; only later calls are stopped. Fine for cost, not for hard caps.

    Write `estimate-prompt-tokens="true"` where the cap is hard.
    """

    code, name, severity = "AIM305", "no-prompt-estimate", "info"
    elements = ("llm-token-limit", "azure-openai-token-limit")
    good = (
        Case(
            '<llm-token-limit counter-key="@(context.Subscription?.Id ?? "none")" tokens-per-minute="1000" estimate-prompt-tokens="true" />'
        ),
    )
    bad = (
        Case(
            '<llm-token-limit counter-key="@(context.Subscription?.Id ?? "none")" tokens-per-minute="1000" estimate-prompt-tokens="false" />',
            at=1,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at the attribute."""
        attribute = site.element.attribute("estimate-prompt-tokens")
        if attribute is not None and site.literal("estimate-prompt-tokens") == "false":
            message = "prompts above the limit still reach the model"
            yield self.found(
                attribute.span, message, help='write estimate-prompt-tokens="true" for a hard cap', policy=site.name
            )
