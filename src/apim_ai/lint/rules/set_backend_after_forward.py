"""The rule AIM510."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["SetBackendAfterForward"]


class SetBackendAfterForward(PolicyRule):
    """The backend is chosen after the call, inside a retry.

    The choice takes effect one attempt late.

    Put `set-backend-service` before `forward-request`.
    """

    code, name, severity = "AIM510", "set-backend-after-forward", "error"
    elements = ("retry",)
    good = (
        Case(
            '<retry condition="@(context.Response != null && context.Response.StatusCode == 503)" count="2" interval="1"><set-backend-service backend-id="second" /><forward-request timeout="60" buffer-request-body="true" /></retry>',
            section="backend",
        ),
    )
    bad = (
        Case(
            '<retry condition="@(context.Response != null && context.Response.StatusCode == 503)" count="2" interval="1"><forward-request timeout="60" buffer-request-body="true" />\n<set-backend-service backend-id="second" /></retry>',
            section="backend",
            at=2,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Compare the places of direct children."""
        names = [child.name for child in site.element.elements]
        if "forward-request" in names and "set-backend-service" in names:
            late = names.index("set-backend-service")
            if late > names.index("forward-request"):
                message = "this choice takes effect one attempt late"
                yield self.found(
                    site.element.elements[late].span,
                    message,
                    help="put it before forward-request",
                    policy="set-backend-service",
                )
