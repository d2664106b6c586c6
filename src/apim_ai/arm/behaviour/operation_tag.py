"""Links: the tags of an operation."""

from __future__ import annotations

from typing import ClassVar

from apim_ai.arm.behaviour.link import LinkBehaviour

__all__ = ["BEHAVIOUR"]


class OperationTagBehaviour(LinkBehaviour):
    """Leads to one of the service's tags."""

    collection: ClassVar[str] = "tags"


BEHAVIOUR = OperationTagBehaviour
