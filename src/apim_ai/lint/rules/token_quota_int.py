"""The rule AIM303."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["TokenQuotaInt"]


class TokenQuotaInt(PolicyRule):
    """`token-quota` given as an expression.

    The page says that it takes none; a service was seen to accept Int64 and to refuse Int32 and String.

    Render a literal for each tier, or use a named value.
    """

    code, name, severity = "AIM303", "token-quota-int", "error"
    instead_of = ("AIM109",)
    elements = ("llm-token-limit", "azure-openai-token-limit")
    good = (
        Case(
            '<llm-token-limit counter-key="@(context.Subscription?.Id ?? "none")" token-quota="{{quota}}" token-quota-period="Monthly" estimate-prompt-tokens="true" />'
        ),
    )
    bad = (
        Case(
            '<llm-token-limit counter-key="@(context.Subscription?.Id ?? "none")" token-quota="@(10000)" token-quota-period="Monthly" estimate-prompt-tokens="true" />',
            at=1,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for an expression, and whether it is certainly no Int64."""
        quota = site.element.attribute("token-quota")
        if quota is None or quota.code is None:
            return
        is_wrong = _NO_INT64.fullmatch(quota.code.text) is not None
        message = (
            "an Int32 or String expression is refused here"
            if is_wrong
            else "sources disagree whether 'token-quota' takes an expression"
        )
        severity = "error" if is_wrong else "warning"
        yield self.found(
            quota.value_span,
            message,
            help="render a literal, or use a named value",
            policy=site.name,
            severity=severity,
        )


_NO_INT64 = re.compile(r'@\(\s*(?:-?[\d_]+|"[^"]*"|(?:int|Int32)\.Parse\(.*\)|Convert\.ToInt32\(.*\))\s*\)', re.DOTALL)
