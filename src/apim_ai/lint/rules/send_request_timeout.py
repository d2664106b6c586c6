"""The rule AIM525."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["SendRequestTimeout"]


class SendRequestTimeout(PolicyRule):
    """A side call without a time limit of its own.

    When the other system hangs, every call of the API takes 60 seconds more.

    Write `timeout="5"`.
    """

    code, name, severity = "AIM525", "send-request-timeout", "warning"
    elements = ("send-request", "send-one-way-request")
    good = (
        Case(
            '<send-request mode="new" response-variable-name="r" timeout="5"><set-url>https://kb.example.com</set-url><set-method>GET</set-method></send-request>'
        ),
    )
    bad = (
        Case(
            '<send-request mode="new" response-variable-name="r"><set-url>https://kb.example.com</set-url><set-method>GET</set-method></send-request>',
            at=1,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for the attribute."""
        if site.element.attribute("timeout") is None and site.element.attribute("timeout-ms") is None:
            message = "when the other system hangs, every call takes 60 seconds more"
            yield self.found(site.element.span, message, help='write timeout="5"', policy=site.name)
