"""The rule AIM301."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.csharp import tree_of
from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["TokenLimitConstantKey"]


class TokenLimitConstantKey(PolicyRule):
    """A token limit whose counter key is the same for everybody.

    There is one counter for each value of the key: one caller uses up everybody's tokens.

    Key it by the caller: subscription, a claim of a validated token, or IP address.
    """

    code, name, severity = "AIM301", "token-limit-constant-key", "warning"
    elements = ("llm-token-limit", "azure-openai-token-limit")
    good = (
        Case(
            '<llm-token-limit counter-key="@(context.Subscription?.Id ?? context.Request.IpAddress)" tokens-per-minute="1000" estimate-prompt-tokens="true" />'
        ),
    )
    bad = (
        Case('<llm-token-limit counter-key="all" tokens-per-minute="1000" estimate-prompt-tokens="true" />', at=1),
        Case(
            '<llm-token-limit counter-key="@(context.Api.Id)" tokens-per-minute="1000" estimate-prompt-tokens="true" />',
            at=1,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for anything of the caller in the key."""
        key = site.element.attribute("counter-key")
        if key is None or "{{" in key.value:
            return
        tree = tree_of(key.code.text) if key.code is not None else None
        if key.code is not None and (tree is None or tree.reads(*_OF_THE_CALLER)):
            return
        yield self.found(
            key.value_span, "this key is the same for every caller", help="key it by the caller", policy=site.name
        )


_OF_THE_CALLER = ("context.Request", "context.Subscription", "context.User", "context.Product", "context.Variables")
