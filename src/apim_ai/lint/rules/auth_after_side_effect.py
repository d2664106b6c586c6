"""The rule AIM419."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.finding import Related
from apim_ai.lint.examples import CALL, JWT
from apim_ai.lint.rule import Case, FlowRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["AuthAfterSideEffect"]


class AuthAfterSideEffect(FlowRule):
    """Another system is called before the caller is authenticated.

    Anonymous callers cause cost and change state.

    Put the authentication first.
    """

    code, name, severity = "AIM419", "auth-after-side-effect", "warning"
    good = (Case(JWT + CALL),)
    bad = (Case(CALL + "\n" + JWT, at=1),)

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Compare the places."""
        flow = subject.inbound
        checks = flow.named("validate-jwt", "validate-azure-ad-token")
        if not checks or any(check.is_conditional for check in checks):
            return
        for site in flow.named_before(
            checks[0], "send-request", "send-one-way-request", "cache-store-value", "log-to-eventhub"
        ):
            related = (Related(checks[0].element.span, "the caller is authenticated here"),)
            message = f"'{site.name}' runs for callers who are not authenticated yet"
            yield self.found(
                site.element.span, message, help="put it behind the authentication", policy=site.name, related=related
            )
