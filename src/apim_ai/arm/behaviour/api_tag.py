"""Links: the tags of an API."""

from __future__ import annotations

from typing import ClassVar

from apim_ai.arm.behaviour.link import LinkBehaviour

__all__ = ["BEHAVIOUR"]


class ApiTagBehaviour(LinkBehaviour):
    """Leads to one of the service's tags."""

    collection: ClassVar[str] = "tags"


BEHAVIOUR = ApiTagBehaviour
