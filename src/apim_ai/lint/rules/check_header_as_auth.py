"""The rule AIM440."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["CheckHeaderAsAuth"]


class CheckHeaderAsAuth(PolicyRule):
    """A header is compared with a secret that stands in the document.

    Everybody who reads the document may call.

    Validate a token, or keep the value in a secret named value.
    """

    code, name, severity = "AIM440", "check-header-as-auth", "warning"
    elements = ("check-header",)
    good = (
        Case(
            '<check-header name="X-Azure-FDID" failed-check-httpcode="403" failed-check-error-message="forbidden" ignore-case="true"><value>{{front-door-id}}</value></check-header>'
        ),
    )
    bad = (
        Case(
            '<check-header name="X-Key" failed-check-httpcode="401" failed-check-error-message="no key" ignore-case="false">\n<value>s3cret</value></check-header>',
            at=2,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at literal values, unless a token is validated too."""
        if subject.named("validate-jwt", "validate-azure-ad-token", "validate-client-certificate"):
            return
        name = (site.literal("name") or "").lower()
        if not any(word in name for word in ("key", "token", "secret", "auth", "fdid", "password")):
            return
        for value in site.element.elements:
            for text in value.texts:
                if text.code is None and "{{" not in text.value:
                    message = "the secret that lets callers in stands in the document"
                    yield self.found(text.span, message, help="use a secret named value", policy=site.name)
