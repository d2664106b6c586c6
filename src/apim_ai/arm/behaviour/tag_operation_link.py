"""Links: the operations that wear a tag, as entities of their own."""

from __future__ import annotations

from typing import ClassVar

from apim_ai.arm.behaviour.link_entity import LinkEntityBehaviour

__all__ = ["BEHAVIOUR"]


class TagOperationLinkBehaviour(LinkEntityBehaviour):
    """Stands beside the `operation_tag` that it makes."""

    names: ClassVar[str] = "operationId"
    classic: ClassVar[str] = "operation_tag"
    pattern: ClassVar[str] = "{target}/tags/{tag}"


BEHAVIOUR = TagOperationLinkBehaviour
