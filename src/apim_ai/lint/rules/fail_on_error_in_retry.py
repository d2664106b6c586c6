"""The rule AIM534."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["FailOnErrorInRetry"]


class FailOnErrorInRetry(PolicyRule):
    """`fail-on-error-status-code` inside a retry.

    It jumps to `on-error` for 400 to 599; whether the retry still happens is not documented.

    Test the status in the retry's condition instead.
    """

    code, name, severity = "AIM534", "fail-on-error-in-retry", "info"
    elements = ("forward-request",)
    good = (
        Case(
            '<retry condition="@(context.Response != null && context.Response.StatusCode == 503)" count="2" interval="1"><forward-request timeout="60" buffer-request-body="true" /></retry>',
            section="backend",
        ),
    )
    bad = (
        Case(
            '<retry condition="@(context.Response != null && context.Response.StatusCode == 503)" count="2" interval="1">\n<forward-request timeout="60" buffer-request-body="true" fail-on-error-status-code="true" /></retry>',
            section="backend",
            at=2,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at the attribute."""
        attribute = site.element.attribute("fail-on-error-status-code")
        if attribute is not None and site.literal("fail-on-error-status-code") == "true" and site.is_inside("retry"):
            message = "whether the retry still happens is not documented"
            yield self.found(attribute.span, message, help="test the status in the retry's condition", policy=site.name)
