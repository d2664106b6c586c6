"""The rule AIM424."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule
from apim_ai.lint.site import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["CorsWildcardOrigin"]


class CorsWildcardOrigin(PolicyRule):
    """Every origin may call.

    Any site can call the API from a browser.

    List the origins.
    """

    code, name, severity = "AIM424", "cors-wildcard-origin", "warning"
    elements = ("origin",)
    good = (Case("<cors><allowed-origins><origin>https://app.example.com</origin></allowed-origins></cors>"),)
    bad = (Case("<cors><allowed-origins>\n<origin>*</origin></allowed-origins></cors>", at=2),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for the star."""
        cors = next((parent for parent in site.parents if parent.name == "cors"), None)
        if cors is None or (literal(cors, "allow-credentials") or "").lower() == "true":
            return
        if any(text.value.strip() == "*" for text in site.element.texts):
            yield self.found(
                site.element.span, "every site may call from a browser", help="list the origins", policy="cors"
            )
