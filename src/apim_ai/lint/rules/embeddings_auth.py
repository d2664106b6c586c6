"""The rule AIM324."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.examples import LOOKUP, cached
from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["EmbeddingsAuth"]


class EmbeddingsAuth(PolicyRule):
    """`embeddings-backend-auth` is not `system-assigned`.

    The page allows nothing else.

    Write `system-assigned`.
    """

    code, name, severity = "AIM324", "embeddings-auth", "error"
    instead_of = ("AIM104",)
    elements = ("llm-semantic-cache-lookup", "azure-openai-semantic-cache-lookup")
    good = (Case(cached(LOOKUP)),)
    bad = (Case(LOOKUP.replace("system-assigned", "user-assigned"), at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at the attribute."""
        value, attribute = site.literal("embeddings-backend-auth"), site.element.attribute("embeddings-backend-auth")
        if attribute is not None and value not in (None, "system-assigned"):
            message = f"'{value}' is not allowed here"
            yield self.found(attribute.span, message, help="write system-assigned", policy=site.name)
