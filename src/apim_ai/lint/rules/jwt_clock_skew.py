"""The rule AIM412."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.examples import JWT
from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["JwtClockSkew"]


class JwtClockSkew(PolicyRule):
    """Expired tokens are accepted for more than five minutes.

    That is more than clocks differ.

    Use 60 seconds.
    """

    code, name, severity = "AIM412", "jwt-clock-skew", "warning"
    elements = ("validate-jwt",)
    good = (Case(JWT.replace("<validate-jwt ", '<validate-jwt clock-skew="60" ')),)
    bad = (Case(JWT.replace("<validate-jwt ", '<validate-jwt clock-skew="3600" '), at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at the attribute."""
        attribute, seconds = site.element.attribute("clock-skew"), site.number("clock-skew")
        if attribute is not None and seconds is not None and seconds > _FIVE_MINUTES:
            message = f"expired tokens are accepted for {seconds:.0f} seconds"
            yield self.found(attribute.span, message, help='write clock-skew="60"', policy=site.name)


_FIVE_MINUTES = 300
