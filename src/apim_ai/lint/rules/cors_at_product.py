"""The rule AIM427."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["CorsAtProduct"]


class CorsAtProduct(PolicyRule):
    """`cors` in the document of a product.

    A preflight request carries no key, so that it belongs to no product: this never runs for it.

    Move it to the API or the global scope.
    """

    code, name, severity = "AIM427", "cors-at-product", "warning"
    elements = ("cors",)
    good = (Case("<cors><allowed-origins><origin>https://app.example.com</origin></allowed-origins></cors>"),)
    bad = (
        Case(
            "<cors><allowed-origins><origin>https://app.example.com</origin></allowed-origins></cors>",
            scope="product",
            at=1,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at the scope."""
        if subject.scope == "product":
            message = "a preflight request belongs to no product, so this never runs for it"
            yield self.found(
                site.element.span, message, help="move it to the API or the global scope", policy=site.name
            )
