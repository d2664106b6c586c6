"""Links: the APIs of a product."""

from __future__ import annotations

from typing import ClassVar

from apim_ai.arm.behaviour.link import LinkBehaviour

__all__ = ["BEHAVIOUR"]


class ProductApiBehaviour(LinkBehaviour):
    """Leads to one of the service's apis."""

    collection: ClassVar[str] = "apis"


BEHAVIOUR = ProductApiBehaviour
