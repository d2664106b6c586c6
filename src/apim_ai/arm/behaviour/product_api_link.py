"""Links: the APIs of a product, as entities of their own."""

from __future__ import annotations

from typing import ClassVar

from apim_ai.arm.behaviour.link_entity import LinkEntityBehaviour

__all__ = ["BEHAVIOUR"]


class ProductApiLinkBehaviour(LinkEntityBehaviour):
    """Stands beside the `product_api` that it makes."""

    names: ClassVar[str] = "apiId"
    classic: ClassVar[str] = "product_api"
    pattern: ClassVar[str] = "{parent}/apis/{name}"


BEHAVIOUR = ProductApiLinkBehaviour
