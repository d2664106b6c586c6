"""The rule AIM404."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["ApiKeyInsteadOfIdentity"]


class ApiKeyInsteadOfIdentity(PolicyRule):
    """A model is called with an API key.

    It is a shared secret with a long life; a managed identity needs none.

    Use `<authentication-managed-identity resource="https://cognitiveservices.azure.com" />`.
    """

    code, name, severity = "AIM404", "api-key-instead-of-identity", "warning"
    elements = ("set-header",)
    good = (
        Case('<authentication-managed-identity resource="https://cognitiveservices.azure.com" />'),
        Case('<set-header name="api-key" exists-action="delete" />'),
    )
    bad = (Case('<set-header name="api-key" exists-action="override"><value>{{aoai-key}}</value></set-header>', at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for a set `api-key` header of the request."""
        is_request = site.section in ("inbound", "backend", None)
        if (
            (site.literal("name") or "").lower() == "api-key"
            and is_request
            and site.literal("exists-action") != "delete"
        ):
            message = "the model is called with a key"
            help_ = "use authentication-managed-identity"
            yield self.found(site.element.span, message, help=help_, policy=site.name)
