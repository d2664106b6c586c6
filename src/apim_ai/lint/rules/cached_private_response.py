"""The rule AIM445."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["CachedPrivateResponse"]


class CachedPrivateResponse(PolicyRule):
    """Responses to authorised requests are cached for everybody.

    One caller gets the answer of another.

    Add `<vary-by-header>Authorization</vary-by-header>` or `vary-by-developer="true"`.
    """

    code, name, severity = "AIM445", "cached-private-response", "error"
    elements = ("cache-lookup",)
    good = (
        Case(
            '<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" allow-private-response-caching="true"><vary-by-header>Authorization</vary-by-header></cache-lookup>'
        ),
    )
    bad = (
        Case(
            '<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" allow-private-response-caching="true" />',
            at=1,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at what the cache varies by."""
        if (site.literal("allow-private-response-caching") or "").lower() != "true":
            return
        headers = {
            text.value.strip().lower()
            for child in site.element.elements
            if child.name == "vary-by-header"
            for text in child.texts
        }
        if "authorization" not in headers and (site.literal("vary-by-developer") or "").lower() != "true":
            message = "answers to one caller are given to another"
            yield self.found(site.element.span, message, help="vary by Authorization", policy=site.name)
