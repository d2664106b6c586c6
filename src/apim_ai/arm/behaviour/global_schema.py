"""Schemas of the whole service."""

from __future__ import annotations

from typing import ClassVar

from apim_ai.arm.behaviour.base import Behaviour
from apim_ai.arm.fields import Field

__all__ = ["BEHAVIOUR"]


class GlobalSchemaBehaviour(Behaviour):
    """Checks that a schema says whether it is for XML or JSON."""

    longest_name: ClassVar[int] = 80
    fields: ClassVar[tuple[Field, ...]] = (
        Field("schemaType", required=True, choices=("xml", "json")),
        Field("description"),
    )


BEHAVIOUR = GlobalSchemaBehaviour
