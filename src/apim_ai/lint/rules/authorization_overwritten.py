"""The rule AIM407."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.finding import Related
from apim_ai.lint.rule import Case, FlowRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["AuthorizationOverwritten"]


class AuthorizationOverwritten(FlowRule):
    """The token of the managed identity is replaced or removed afterwards.

    The backend gets the wrong token, or none.

    Put the policy that touches `Authorization` before `authentication-managed-identity`.
    """

    code, name, severity = "AIM407", "authorization-overwritten", "error"
    good = (
        Case(
            '<set-header name="Authorization" exists-action="delete" /><authentication-managed-identity resource="https://cognitiveservices.azure.com" />'
        ),
    )
    bad = (
        Case(
            '<authentication-managed-identity resource="https://cognitiveservices.azure.com" />\n<set-header name="Authorization" exists-action="delete" />',
            at=2,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look at what comes behind the identity, on the same path."""
        flow = subject.inbound
        for identity in flow.named("authentication-managed-identity"):
            if identity.element.attribute("output-token-variable-name") is not None or identity.is_inside(
                "send-request"
            ):
                continue
            for later in flow.sites[flow.position[id(identity)] + 1 :]:
                is_header = later.name == "set-header" and (later.literal("name") or "").lower() == "authorization"
                is_ours = is_header and later.literal("exists-action") not in ("skip", "append")
                if (
                    is_ours
                    and identity.dominates(later)
                    and not later.is_inside("send-request", "send-one-way-request", "return-response")
                ):
                    related = (Related(identity.element.span, "the token is set here"),)
                    message = "this replaces the token of the managed identity"
                    yield self.found(
                        later.element.span, message, help="put it before", policy=later.name, related=related
                    )
