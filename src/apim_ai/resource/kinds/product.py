"""Products: what callers subscribe to."""

from __future__ import annotations

from apim_ai.resource.fields import Field
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
    fields=(
        Field("displayName", required=True, longest=300),
        Field("description", longest=1000),
        Field("terms"),
        Field("subscriptionRequired", "boolean"),
        Field("approvalRequired", "boolean"),
        Field("subscriptionsLimit", "integer", least=0, most=2**31 - 1),
        Field("state", choices=("notPublished", "published")),
    ),
)
