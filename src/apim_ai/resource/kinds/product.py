"""Products: what callers subscribe to."""

from __future__ import annotations

from apim_ai.resource.kind import Kind

__all__ = ["KIND"]

KIND = Kind(
    name="product",
    path="products/{product}",
    noun="product",
    defaults={
        "description": "",
        "terms": "",
        "subscriptionRequired": True,
        "approvalRequired": False,
        "state": "notPublished",
    },
)
