"""The rule AIM029."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule
from apim_ai.lint.site import stands_for_markup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["EmptyContainer"]


class EmptyContainer(PolicyRule):
    """An element that needs content and has none, such as `retry`, `limit-concurrency` or `when`.

    It is refused, or repeats nothing.

    Fill or remove it.
    """

    code, name, severity = "AIM029", "empty-container", "error"
    elements = ("retry", "limit-concurrency", "when")
    good = (
        Case(
            '<retry condition="@(context.Response != null && context.Response.StatusCode == 503)" count="3" interval="1"><forward-request timeout="60" buffer-request-body="true" /></retry>',
            section="backend",
        ),
    )
    bad = (
        Case(
            '<retry condition="@(context.Response != null && context.Response.StatusCode == 503)" count="3" interval="1"></retry>',
            section="backend",
            at=1,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at containers of policies; definitions look at elements that need other children or a text."""
        if not site.element.elements and not any(map(stands_for_markup, site.element.texts)):
            message = f"'{site.name}' holds no policy"
            severity = "warning" if site.name == "when" else "error"  # the service takes an empty branch
            yield self.found(site.element.span, message, help="fill or remove it", policy=site.name, severity=severity)
