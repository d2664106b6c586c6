"""The rule AIM420."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.examples import JWT
from apim_ai.lint.rule import Case, FlowRule
from apim_ai.lint.trust import AUTHENTICATION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["NoAuthentication"]


class NoAuthentication(FlowRule):
    """An API that nobody needs to authenticate for.

    It is an open relay to a model that is paid for.

    Require a subscription, or validate a token or certificate.
    """

    code, name, severity = "AIM420", "no-authentication", "error"
    good = (
        Case(
            JWT + '<set-header name="Authorization" exists-action="delete" />',
            resources={"apis/chat": {"path": "chat", "subscriptionRequired": False}},
        ),
        Case(
            '<set-variable name="a" value="1" />',
            resources={"apis/chat": {"path": "chat", "subscriptionRequired": True}},
        ),
        Case(
            '<return-response><set-status code="200" reason="OK" /></return-response>',
            resources={"apis/chat": {"path": "chat", "subscriptionRequired": False}},
        ),
    )
    bad = (
        Case(
            '<set-variable name="a" value="1" />',
            resources={"apis/chat": {"path": "chat", "subscriptionRequired": False}},
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look at the API and at its flow."""
        root, flow = subject.root, subject.inbound
        if (
            subject.estate is None
            or subject.place is None
            or root is None
            or subject.scope != "api"
            or not flow.is_complete
        ):
            return
        api = subject.estate.api_of(subject.place)
        if api is None or api.properties.get("subscriptionRequired") is not False:
            return
        answers = any(
            site.name in ("return-response", "mock-response") and not site.is_conditional for site in flow.sites
        )
        if answers or any(
            True for _ in flow.named(*AUTHENTICATION, "check-header", "ip-filter", "authentication-basic")
        ):
            return
        message = f"anybody may call the API '{api.name}'"
        yield self.found(root.name_span, message, help="require a subscription, or validate a token")
