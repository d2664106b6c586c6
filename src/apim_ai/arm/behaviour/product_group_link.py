"""Links: the groups that see a product, as entities of their own."""

from __future__ import annotations

from typing import ClassVar

from apim_ai.arm.behaviour.link_entity import LinkEntityBehaviour

__all__ = ["BEHAVIOUR"]


class ProductGroupLinkBehaviour(LinkEntityBehaviour):
    """Stands beside the `product_group` that it makes."""

    names: ClassVar[str] = "groupId"
    classic: ClassVar[str] = "product_group"
    pattern: ClassVar[str] = "{parent}/groups/{name}"


BEHAVIOUR = ProductGroupLinkBehaviour
