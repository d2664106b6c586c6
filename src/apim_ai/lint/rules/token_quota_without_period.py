"""The rule AIM302."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["TokenQuotaWithoutPeriod"]


class TokenQuotaWithoutPeriod(PolicyRule):
    """`token-quota` without `token-quota-period`, or the reverse.

    Both are required together.

    Add the other one.
    """

    code, name, severity = "AIM302", "token-quota-without-period", "error"
    instead_of = ("AIM107", "AIM108")
    elements = ("llm-token-limit", "azure-openai-token-limit")
    good = (
        Case(
            '<llm-token-limit counter-key="@(context.Subscription?.Id ?? "none")" token-quota="100000" token-quota-period="Monthly" estimate-prompt-tokens="true" />'
        ),
    )
    bad = (
        Case(
            '<llm-token-limit counter-key="@(context.Subscription?.Id ?? "none")" token-quota="100000" estimate-prompt-tokens="true" />',
            at=1,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for one of the two."""
        present = [name for name in ("token-quota", "token-quota-period") if site.element.attribute(name) is not None]
        if len(present) == 1:
            other = "token-quota-period" if present[0] == "token-quota" else "token-quota"
            message = f"'{present[0]}' needs '{other}'"
            yield self.found(site.element.span, message, help=f"add {other}", policy=site.name)
