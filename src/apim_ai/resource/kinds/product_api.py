"""Links: the APIs that a product opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.resource.kind import Kind, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.resource.resources import Resource

__all__ = ["KIND"]


def _references(resource: Resource) -> Iterator[Reference]:
    yield Reference("id", f"apis/{resource.name}")


KIND = Kind(
    name="product_api",
    path="products/{product}/apis/{api}",
    noun="API of a product",
    has_body=False,
    references=_references,
    canonical=lambda _: {},
)
