"""The rule AIM713."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.estate import place_of
from apim_ai.lint.rule import Case, EstateRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate

__all__ = ["ProductOpen"]


class ProductOpen(EstateRule):
    """A product that needs no subscription.

    Anyone may call its APIs, and limits by subscription do nothing.

    Write `subscription_required: true`.
    """

    code, name, severity = "AIM713", "product-open", "error"
    good = (
        Case(
            '<set-variable name="a" value="1" />',
            resources={"products/gold": {"displayName": "gold", "subscriptionRequired": True}},
        ),
    )
    bad = (
        Case(
            '<set-variable name="a" value="1" />',
            resources={"products/gold": {"displayName": "gold", "subscriptionRequired": False}},
        ),
    )

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Look at the products."""
        for product in estate.resources.of("product"):
            if product.properties.get("subscriptionRequired") is False:
                message = f"the product '{product.name}' needs no subscription"
                yield self.found(place_of(product), message, help="require one")
