"""Links: the groups that see a product."""

from __future__ import annotations

from typing import ClassVar

from apim_ai.arm.behaviour.link import LinkBehaviour

__all__ = ["BEHAVIOUR"]


class ProductGroupBehaviour(LinkBehaviour):
    """Leads to one of the service's groups."""

    collection: ClassVar[str] = "groups"


BEHAVIOUR = ProductGroupBehaviour
