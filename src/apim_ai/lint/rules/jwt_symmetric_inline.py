"""The rule AIM415."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.examples import JWT
from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["JwtSymmetricInline"]


class JwtSymmetricInline(PolicyRule):
    """A symmetric key stands in the document.

    Who can check tokens with it can write them.

    Use `<openid-config>` or `certificate-id`; at least a secret named value.
    """

    code, name, severity = "AIM415", "jwt-symmetric-inline", "warning"
    elements = ("validate-jwt",)
    good = (Case(JWT),)
    bad = (
        Case(
            '<validate-jwt header-name="Authorization" require-scheme="Bearer"><issuer-signing-keys>\n<key>c2lnbmluZ2tleQ==</key></issuer-signing-keys>'
            "<audiences><audience>api://gateway</audience></audiences><issuers><issuer>https://login.example.com</issuer></issuers></validate-jwt>",
            at=2,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at the keys."""
        keys = site.element.find("issuer-signing-keys")
        for key in keys.elements if keys is not None else ():
            if any(text.code is None and "{{" not in text.value for text in key.texts):
                message = "the key that signs tokens stands in the document"
                yield self.found(key.span, message, help="use openid-config, or a secret named value", policy=site.name)
