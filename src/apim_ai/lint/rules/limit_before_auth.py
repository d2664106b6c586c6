"""The rule AIM308."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.finding import Related
from apim_ai.lint.examples import JWT
from apim_ai.lint.rule import Case, FlowRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["LimitBeforeAuth"]


class LimitBeforeAuth(FlowRule):
    """A limit runs before the caller is authenticated.

    Calls without a valid token use up the budget of those who have one.

    Put the authentication first.
    """

    code, name, severity = "AIM308", "limit-before-auth", "warning"
    good = (
        Case(
            JWT
            + '\n<rate-limit-by-key calls="10" renewal-period="60" counter-key="@(context.Subscription?.Id ?? "none")" />'
        ),
    )
    bad = (
        Case(
            '<rate-limit-by-key calls="10" renewal-period="60" counter-key="@(context.Subscription?.Id ?? "none")" />\n'
            + JWT,
            at=1,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Compare the places of limits and authentication."""
        flow = subject.inbound
        checks = list(flow.named("validate-jwt", "validate-azure-ad-token"))
        if not checks:
            return
        first = min(flow.position[id(check)] for check in checks)
        for limit in flow.named(*_LIMITS):
            key = limit.element.attribute("counter-key")
            is_by_address = key is not None and "IpAddress" in key.value
            if flow.position[id(limit)] < first and not is_by_address:
                related = (Related(checks[0].element.span, "the caller is authenticated here"),)
                message = f"'{limit.name}' runs before the caller is authenticated"
                yield self.found(
                    limit.element.span,
                    message,
                    help="put it behind the authentication",
                    policy=limit.name,
                    related=related,
                )


_LIMITS = ("llm-token-limit", "azure-openai-token-limit", "rate-limit-by-key", "quota-by-key")
