"""The rule AIM119."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.estate import place_of
from apim_ai.lint.rule import Case, EstateRule, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["TrailingSlashUrl"]


class TrailingSlashUrl(PolicyRule, EstateRule):
    """The URL of a backend ends in a slash.

    The forwarded path gets two; Azure OpenAI answers 404.

    Remove it.
    """

    code, name, severity = "AIM119", "trailing-slash-url", "warning"
    elements = ("set-backend-service",)
    good = (Case('<set-backend-service base-url="https://model.example.com/openai" />'),)
    bad = (
        Case('<set-backend-service base-url="https://model.example.com/openai/" />', at=1),
        Case(
            '<set-backend-service backend-id="model" />',
            resources={"backends/model": {"url": "https://model.example.com/openai/", "protocol": "http"}},
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at a base URL."""
        url, attribute = site.literal("base-url"), site.element.attribute("base-url")
        if url and attribute is not None and url.endswith("/"):
            yield self.found(attribute.span, f"'{url}' ends in a slash", help="remove it", policy=site.name)

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Look at the backends."""
        for backend in estate.backends.values():
            url = str(backend.properties.get("url") or "")
            if url.endswith("/"):
                message = f"the URL of backend '{backend.name}' ends in a slash"
                yield self.found(place_of(backend), message, help="remove it")
