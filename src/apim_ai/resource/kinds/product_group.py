"""Links: the groups of users that see a product."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.resource.kind import Kind, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.resource.resources import Resource

__all__ = ["KIND"]


def _references(resource: Resource) -> Iterator[Reference]:
    yield Reference("id", f"groups/{resource.name}")


KIND = Kind(
    name="product_group",
    path="products/{product}/groups/{group}",
    noun="group of a product",
    has_body=False,
    references=_references,
    canonical=lambda _: {},
)
