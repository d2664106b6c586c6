"""Links: the APIs that wear a tag, as entities of their own."""

from __future__ import annotations

from typing import ClassVar

from apim_ai.arm.behaviour.link_entity import LinkEntityBehaviour

__all__ = ["BEHAVIOUR"]


class TagApiLinkBehaviour(LinkEntityBehaviour):
    """Stands beside the `api_tag` that it makes."""

    names: ClassVar[str] = "apiId"
    classic: ClassVar[str] = "api_tag"
    pattern: ClassVar[str] = "{target}/tags/{tag}"


BEHAVIOUR = TagApiLinkBehaviour
