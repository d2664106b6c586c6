"""Links: the products that wear a tag, as entities of their own."""

from __future__ import annotations

from typing import ClassVar

from apim_ai.arm.behaviour.link_entity import LinkEntityBehaviour

__all__ = ["BEHAVIOUR"]


class TagProductLinkBehaviour(LinkEntityBehaviour):
    """Stands beside the `product_tag` that it makes."""

    names: ClassVar[str] = "productId"
    classic: ClassVar[str] = "product_tag"
    pattern: ClassVar[str] = "{target}/tags/{tag}"


BEHAVIOUR = TagProductLinkBehaviour
