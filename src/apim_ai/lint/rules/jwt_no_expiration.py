"""The rule AIM410."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.examples import JWT
from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["JwtNoExpiration"]


class JwtNoExpiration(PolicyRule):
    """Tokens without an end are accepted.

    A stolen one works for ever.

    Leave `require-expiration-time` out.
    """

    code, name, severity = "AIM410", "jwt-no-expiration", "error"
    elements = ("validate-jwt",)
    good = (Case(JWT),)
    bad = (Case(JWT.replace("<validate-jwt ", '<validate-jwt require-expiration-time="false" '), at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at the attribute."""
        attribute = site.element.attribute("require-expiration-time")
        if attribute is not None and (site.literal("require-expiration-time") or "").lower() == "false":
            yield self.found(
                attribute.span, "tokens that never end are accepted", help="leave it out", policy=site.name
            )
