"""Links: the users of a group."""

from __future__ import annotations

from typing import ClassVar

from apim_ai.arm.behaviour.link import LinkBehaviour

__all__ = ["BEHAVIOUR"]


class GroupUserBehaviour(LinkBehaviour):
    """Leads to one of the service's users."""

    collection: ClassVar[str] = "users"


BEHAVIOUR = GroupUserBehaviour
