"""The rule AIM017."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["ForwardInOnError"]


class ForwardInOnError(PolicyRule):
    """`forward-request` in `on-error`.

    It is not allowed there.

    Call another service with `send-request`, or shape the error with `return-response`.
    """

    code, name, severity = "AIM017", "forward-in-on-error", "error"
    instead_of = ("AIM007",)
    elements = ("forward-request",)
    good = (
        Case('<return-response><set-status code="502" reason="Bad Gateway" /></return-response>', section="on-error"),
    )
    bad = (Case('<forward-request timeout="60" />', section="on-error", at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at the section."""
        if site.section == "on-error":
            message = "'forward-request' may not stand in 'on-error'"
            yield self.found(site.element.span, message, help="use send-request or return-response", policy=site.name)
