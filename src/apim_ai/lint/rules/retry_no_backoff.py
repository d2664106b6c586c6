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
    """Repetitions without a pause, or with waits that grow without an end.

    A busy backend gets no relief where it is asked again at once; with `delta` and without `max-interval`, the last wait is
    longer than any client waits.

    Write an interval of a second or more, and add `max-interval` to `delta`.
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
        Case(
            '<retry condition="@(context.Response != null && context.Response.StatusCode == 503)" count="5" interval="0"><forward-request timeout="60" buffer-request-body="true" /></retry>',
            section="backend",
            at=1,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for the cap, and for waits at all where one backend is asked again and again."""
        delta, interval = site.element.attribute("delta"), site.element.attribute("interval")
        if delta is not None and site.element.attribute("max-interval") is None:
            yield self.found(delta.span, "the waits grow without an end", help="add max-interval", policy=site.name)
        is_at_once = delta is None and interval is not None and site.number("interval") == 0
        if is_at_once and interval is not None and (site.number("count") or 0) > _FEW and not _may_choose(subject):
            message = "a backend that is busy is asked again at once"
            yield self.found(interval.span, message, help='write interval="1" or more', policy=site.name)


_FEW = 2  # repetitions that need no pause


def _may_choose(subject: Subject) -> bool:
    """Whether an attempt may go elsewhere: to a pool's next member, or to what the document chooses."""
    names = ("set-backend-service", "include-fragment")
    return any(site.element.attribute("base-url") is None or site.is_inside("retry") for site in subject.named(*names))
