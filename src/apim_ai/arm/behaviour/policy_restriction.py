"""Policy restrictions: policies that must take over those of the scope above them."""

from __future__ import annotations

from typing import ClassVar

from apim_ai.arm.behaviour.base import Behaviour
from apim_ai.arm.fields import Field

__all__ = ["BEHAVIOUR"]


class PolicyRestrictionBehaviour(Behaviour):
    """Keeps what is asked for; `validatePolicies` says which policies do not do it."""

    longest_name: ClassVar[int] = 80
    fields: ClassVar[tuple[Field, ...]] = (
        Field("scope", required=True),
        Field("requireBase", choices=("true", "false")),
    )


BEHAVIOUR = PolicyRestrictionBehaviour
