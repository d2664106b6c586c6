"""The rule AIM423."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["CorsWildcardCredentials"]


class CorsWildcardCredentials(PolicyRule):
    """Every origin may call with credentials.

    Browsers refuse the combination; a gateway that echoes the origin opens the API to every site.

    List the origins.
    """

    code, name, severity = "AIM423", "cors-wildcard-credentials", "error"
    elements = ("cors",)
    good = (
        Case(
            '<cors allow-credentials="true"><allowed-origins><origin>https://app.example.com</origin></allowed-origins></cors>'
        ),
    )
    bad = (Case('<cors allow-credentials="true"><allowed-origins><origin>*</origin></allowed-origins></cors>', at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at both."""
        origins = site.element.find("allowed-origins")
        stars = (
            [o for o in origins.elements if any(t.value.strip() == "*" for t in o.texts)] if origins is not None else []
        )
        if stars and (site.literal("allow-credentials") or "").lower() == "true":
            message = "every site may call with the user's credentials"
            yield self.found(stars[0].span, message, help="list the origins", policy=site.name)
