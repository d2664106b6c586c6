"""The rule AIM413."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.examples import JWT
from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["JwtScheme"]


class JwtScheme(PolicyRule):
    """A token is taken from `Authorization` whatever its scheme.

    Other schemes are taken for tokens.

    Write `require-scheme="Bearer"`.
    """

    code, name, severity = "AIM413", "jwt-scheme", "info"
    elements = ("validate-jwt",)
    good = (Case(JWT),)
    bad = (Case(JWT.replace(' require-scheme="Bearer"', ""), at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at the attributes."""
        is_authorization = (site.literal("header-name") or "").lower() == "authorization"
        if is_authorization and site.element.attribute("require-scheme") is None:
            message = "any scheme of 'Authorization' is taken for a token"
            yield self.found(site.element.span, message, help='write require-scheme="Bearer"', policy=site.name)
