"""The rule AIM422."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["ManagedIdentityIgnoreError"]


class ManagedIdentityIgnoreError(PolicyRule):
    """A failure of the managed identity is ignored.

    The request goes on without credentials.

    Leave `ignore-error` out, or test the token's variable.
    """

    code, name, severity = "AIM422", "managed-identity-ignore-error", "warning"
    elements = ("authentication-managed-identity",)
    good = (
        Case('<authentication-managed-identity resource="https://cognitiveservices.azure.com" ignore-error="false" />'),
    )
    bad = (
        Case(
            '<authentication-managed-identity resource="https://cognitiveservices.azure.com" ignore-error="true" />',
            at=1,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at the attribute, and for a test of the variable."""
        attribute, variable = site.element.attribute("ignore-error"), site.literal("output-token-variable-name")
        if attribute is None or site.literal("ignore-error") != "true":
            return
        if variable is not None and any(f'"{variable}"' in expression.code.text for expression in subject.expressions):
            return
        message = "when the identity fails, the request goes on without credentials"
        yield self.found(attribute.span, message, help="leave it out", policy=site.name)
