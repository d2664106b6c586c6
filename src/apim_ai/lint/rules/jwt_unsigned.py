"""The rule AIM411."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.examples import JWT
from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["JwtUnsigned"]


class JwtUnsigned(PolicyRule):
    """Tokens without a signature are accepted.

    Everybody can write one.

    Leave `require-signed-tokens` out.
    """

    code, name, severity = "AIM411", "jwt-unsigned", "error"
    elements = ("validate-jwt",)
    good = (Case(JWT),)
    bad = (Case(JWT.replace("<validate-jwt ", '<validate-jwt require-signed-tokens="false" '), at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at the attribute."""
        attribute = site.element.attribute("require-signed-tokens")
        if attribute is not None and (site.literal("require-signed-tokens") or "").lower() == "false":
            yield self.found(
                attribute.span, "tokens without a signature are accepted", help="leave it out", policy=site.name
            )
