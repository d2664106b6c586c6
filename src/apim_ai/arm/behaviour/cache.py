"""External caches."""

from __future__ import annotations

from typing import ClassVar

from apim_ai.arm.behaviour.base import Behaviour
from apim_ai.arm.fields import Field

__all__ = ["BEHAVIOUR"]


class CacheBehaviour(Behaviour):
    """Checks that there is something to connect to."""

    longest_name: ClassVar[int] = 80
    fields: ClassVar[tuple[Field, ...]] = (
        Field("connectionString", required=True, longest=300),
        Field("useFromLocation", required=True, longest=256),
        Field("description", longest=2000),
        Field("resourceId", longest=2000),
    )


BEHAVIOUR = CacheBehaviour
