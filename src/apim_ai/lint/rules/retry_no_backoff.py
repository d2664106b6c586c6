"""The rule AIM505."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["RetryNoBackoff"]


class RetryNoBackoff(PolicyRule):
    """Waits between repetitions that grow without an end.

    With `delta` and without `max-interval`, the last wait is longer than any client waits.

    Add `max-interval`.
    """

    code, name, severity = "AIM505", "retry-no-backoff", "warning"
    elements = ("retry",)
    good = (
        Case(
            '<retry condition="@(context.Response != null && context.Response.StatusCode == 503)" count="3" interval="1" delta="1" max-interval="10"><forward-request timeout="60" buffer-request-body="true" /></retry>',
            section="backend",
        ),
    )
    bad = (
        Case(
            '<retry condition="@(context.Response != null && context.Response.StatusCode == 503)" count="3" interval="1" delta="5"><forward-request timeout="60" buffer-request-body="true" /></retry>',
            section="backend",
            at=1,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for the cap."""
        delta = site.element.attribute("delta")
        if delta is not None and site.element.attribute("max-interval") is None:
            yield self.found(delta.span, "the waits grow without an end", help="add max-interval", policy=site.name)
