"""Links: the tags of a product."""

from __future__ import annotations

from typing import ClassVar

from apim_ai.arm.behaviour.link import LinkBehaviour

__all__ = ["BEHAVIOUR"]


class ProductTagBehaviour(LinkBehaviour):
    """Leads to one of the service's tags."""

    collection: ClassVar[str] = "tags"


BEHAVIOUR = ProductTagBehaviour
