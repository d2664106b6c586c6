"""The rule AIM501."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["RetryWithoutBuffer"]


class RetryWithoutBuffer(PolicyRule):
    """A call is repeated whose body is gone.

    Without `buffer-request-body="true"` the second attempt sends no body.

    Write it.
    """

    code, name, severity = "AIM501", "retry-without-buffer", "error"
    elements = ("forward-request",)
    good = (
        Case(
            '<retry condition="@(context.Response != null && context.Response.StatusCode == 503)" count="2" interval="1"><forward-request timeout="60" buffer-request-body="true" /></retry>',
            section="backend",
        ),
    )
    bad = (
        Case(
            '<retry condition="@(context.Response != null && context.Response.StatusCode == 503)" count="2" interval="1">\n<forward-request timeout="60" /></retry>',
            section="backend",
            at=2,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at the attribute of a call inside a retry."""
        attribute = site.element.attribute("buffer-request-body")
        if site.is_inside("retry") and (attribute is None or attribute.value.lower() == "false"):
            message = "the second attempt sends no body"
            yield self.found(site.element.span, message, help='write buffer-request-body="true"', policy=site.name)
