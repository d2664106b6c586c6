"""The rule AIM426."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["CorsUnmatched200"]


class CorsUnmatched200(PolicyRule):
    """`cors` that does not say what happens to unknown origins.

    A foreign origin gets an empty 200 and no policy runs; the documentation disagrees about the default.

    Write `terminate-unmatched-request` as you mean it.
    """

    code, name, severity = "AIM426", "cors-unmatched-200", "info"
    elements = ("cors",)
    good = (
        Case(
            '<cors terminate-unmatched-request="false"><allowed-origins><origin>https://app.example.com</origin></allowed-origins></cors>'
        ),
    )
    bad = (Case("<cors><allowed-origins><origin>https://app.example.com</origin></allowed-origins></cors>", at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for the attribute."""
        if site.element.attribute("terminate-unmatched-request") is None:
            message = "what happens to an unknown origin is not said"
            yield self.found(site.element.span, message, help="write terminate-unmatched-request", policy=site.name)
