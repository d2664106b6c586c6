"""The rule AIM523."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["ForwardTimeoutMissing"]


class ForwardTimeoutMissing(PolicyRule):
    """A call without a time limit of its own.

    The default of 300 seconds is longer than the network keeps a silent connection, which is 240.

    Write `timeout="120"`.
    """

    code, name, severity = "AIM523", "forward-timeout-missing", "warning"
    elements = ("forward-request",)
    good = (Case('<forward-request timeout="120" />', section="backend"),)
    bad = (Case("<forward-request />", section="backend", at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for the attribute."""
        if site.element.attribute("timeout") is None and site.element.attribute("timeout-ms") is None:
            message = "the default time limit of 300 seconds is longer than connections live"
            yield self.found(site.element.span, message, help='write timeout="120"', policy=site.name)
