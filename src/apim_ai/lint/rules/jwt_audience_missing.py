"""The rule AIM408."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.examples import JWT
from apim_ai.lint.rule import Case, PolicyRule
from apim_ai.lint.site import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["JwtAudienceMissing"]


class JwtAudienceMissing(PolicyRule):
    """A token is validated without its audience.

    Any token of the tenant is accepted, also one that was issued for another application.

    Add `<audiences>`; for `validate-azure-ad-token` `<client-application-ids>` will do as well.
    """

    code, name, severity = "AIM408", "jwt-audience-missing", "error"
    elements = ("validate-jwt", "validate-azure-ad-token")
    good = (Case(JWT),)
    bad = (
        Case(JWT.replace("<audiences><audience>api://gateway</audience></audiences>", ""), at=1),
        Case('<validate-azure-ad-token tenant-id="{{tenant}}" />', at=1),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for audiences, applications, or a required claim `aud`."""
        element = site.element
        names = ["audiences"] if site.name == "validate-jwt" else ["audiences", "client-application-ids"]
        if any((child := element.find(name)) is not None and child.elements for name in names):
            return
        claims = element.find("required-claims")
        if claims is not None and any(literal(claim, "name") in ("aud", "appid", "azp") for claim in claims.elements):
            return
        message = "tokens that were issued for other applications are accepted"
        yield self.found(element.span, message, help="add <audiences>", policy=site.name)
