"""The rule AIM409."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.lint.examples import JWT
from apim_ai.lint.rule import Case, PolicyRule
from apim_ai.lint.site import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["JwtIssuerMissing"]


class JwtIssuerMissing(PolicyRule):
    """A token is validated without its issuer.

    With `/common` or `/organizations`, tokens of every tenant are accepted; with keys alone, those of everybody who has
    the key.

    Use the tenant's own configuration URL, or add `<issuers>`.
    """

    code, name, severity = "AIM409", "jwt-issuer-missing", "error"
    elements = ("validate-jwt",)
    good = (Case(JWT),)
    bad = (Case(JWT.replace("login.example.com/v2.0", "login.microsoftonline.com/common/v2.0"), at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for issuers, and at the configuration's URL."""
        issuers = site.element.find("issuers")
        if issuers is not None and issuers.elements:
            return
        configurations = [child for child in site.element.elements if child.name == "openid-config"]
        shared = [c for c in configurations if re.search(r"/(?:common|organizations)(?:/|$)", literal(c, "url") or "")]
        for configuration in shared:
            message = "tokens of every tenant are accepted"
            yield self.found(
                configuration.span, message, help="use the tenant's URL, or add <issuers>", policy=site.name
            )
        if not configurations:
            has_keys = site.element.find("issuer-signing-keys") is not None
            message = (
                "tokens of everybody who has the key are accepted" if has_keys else "tokens of any issuer are accepted"
            )
            severity = "warning" if has_keys else "error"
            help_ = "add <issuers>" if has_keys else "add <openid-config> or <issuers>"
            yield self.found(site.element.span, message, help=help_, policy=site.name, severity=severity)
