"""The rule AIM504."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["RetryTooMany"]


class RetryTooMany(PolicyRule):
    """More than five repetitions.

    They add to the load that made the backend fail, and the client has gone by then.

    Two or three are enough; a pool finds another member with fewer.
    """

    code, name, severity = "AIM504", "retry-too-many", "warning"
    elements = ("retry",)
    good = (
        Case(
            '<retry condition="@(context.Response != null && context.Response.StatusCode == 503)" count="2" interval="1"><forward-request timeout="60" buffer-request-body="true" /></retry>',
            section="backend",
        ),
    )
    bad = (
        Case(
            '<retry condition="@(context.Response != null && context.Response.StatusCode == 503)" count="30" interval="0"><forward-request timeout="60" buffer-request-body="true" /></retry>',
            section="backend",
            at=1,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at a literal count."""
        count, attribute = site.number("count"), site.element.attribute("count")
        if count is not None and attribute is not None and count > _MOST:
            message = f"{count:.0f} repetitions add to the load that made the backend fail"
            yield self.found(attribute.span, message, help="two or three are enough", policy=site.name)


_MOST = 5
