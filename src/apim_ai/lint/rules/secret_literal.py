"""The rule AIM403."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.csharp import literal_text, tree_of
from apim_ai.lint.rule import Case, PolicyRule
from apim_ai.lint.secrets import looks_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["SecretLiteral"]


_PUBLIC = frozenset({"id", "thumbprint", "certificate-id", "backend-id", "client-id"})  # names, random as they may look


class SecretLiteral(PolicyRule):
    """A literal that looks like a key, password, connection string or token.

    Everybody who reads the repository, the portal, an export or a trace has it.

    Use a secret named value, better a managed identity.
    """

    code, name, severity = "AIM403", "secret-literal", "error"
    elements = (
        "value",
        "set-variable",
        "set-url",
        "set-body",
        "key",
        "authentication-certificate",
        "set-backend-service",
        "message",
        "set-query-parameter",
    )
    good = (
        Case(
            '<set-header name="x-functions-key" exists-action="override"><value>{{functions-key}}</value></set-header>'
        ),
        Case(
            '<set-header name="x-id" exists-action="override"><value>3f9c0a52-1111-4222-8333-944445555666</value></set-header>'
        ),
        Case('<authentication-certificate thumbprint="0123456789ABCDEF0123456789ABCDEF01234567" />'),
        Case('<set-backend-service backend-id="logic-app-0123456789abcdef0123456789abcdef" />'),
    )
    bad = (
        Case(
            '<set-header name="x-functions-key" exists-action="override">\n<value>0123456789abcdef0123456789abcdef</value></set-header>',
            at=2,
        ),
        Case(
            '<set-variable name="c" value="Endpoint=sb://a.example.com/;SharedAccessKeyName=k;SharedAccessKey=c2VjcmV0c2VjcmV0" />',
            at=1,
        ),
        Case('<set-variable name="c" value="@("Bearer 0123456789abcdef0123456789abcdef")" />', at=1),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at literal values and at strings in expressions."""
        attributes = (each for each in site.element.attributes if each.name not in _PUBLIC)
        for piece in (*attributes, *site.element.texts):
            if piece.code is None:
                what = looks_secret(piece.value)
            else:
                tree = tree_of(piece.code.text)
                texts = (literal_text(node) for node in tree.nodes) if tree is not None else iter(())
                what = next((w for text in texts if text and (w := looks_secret(text))), None)
            if what is not None:
                message = f"this looks like {what}"
                yield self.found(
                    piece.span, message, help="use a secret named value, or a managed identity", policy=site.name
                )
