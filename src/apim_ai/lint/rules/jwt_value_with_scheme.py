"""The rule AIM414."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.csharp import tree_of
from apim_ai.lint.examples import JWT
from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["JwtValueWithScheme"]


class JwtValueWithScheme(PolicyRule):
    """`token-value` with the scheme in front of the token.

    The page forbids it; every call fails.

    Use `header-name="Authorization"`, or cut the scheme off.
    """

    code, name, severity = "AIM414", "jwt-value-with-scheme", "error"
    elements = ("validate-jwt", "validate-azure-ad-token")
    good = (Case(JWT),)
    bad = (
        Case(
            JWT.replace(
                'header-name="Authorization" require-scheme="Bearer"',
                'token-value="@(context.Request.Headers.GetValueOrDefault("Authorization", ""))"',
            ),
            at=1,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for the bare header."""
        value = site.element.attribute("token-value")
        tree = tree_of(value.code.text) if value is not None and value.code is not None else None
        if value is None or tree is None:
            return
        whole = (
            c for c in tree.chains if c.node is tree.root and c.path == "context.Request.Headers.GetValueOrDefault()"
        )
        if any((chain.argument_text() or "").lower() == "authorization" for chain in whole):
            message = "the header's value begins with its scheme"
            yield self.found(value.span, message, help='use header-name="Authorization"', policy=site.name)
