"""Schemas of an API."""

from __future__ import annotations

from typing import ClassVar

from apim_ai.arm.behaviour.base import Behaviour
from apim_ai.arm.fields import Field

__all__ = ["BEHAVIOUR"]


class ApiSchemaBehaviour(Behaviour):
    """Checks that a schema says what it is."""

    longest_name: ClassVar[int] = 80
    fields: ClassVar[tuple[Field, ...]] = (
        Field("contentType", required=True),
        Field("document", "object"),
    )


BEHAVIOUR = ApiSchemaBehaviour
