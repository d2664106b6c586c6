"""OpenID Connect providers."""

from __future__ import annotations

from typing import ClassVar

from apim_ai.arm.behaviour.base import Behaviour
from apim_ai.arm.fields import Field

__all__ = ["BEHAVIOUR"]


class OpenidProviderBehaviour(Behaviour):
    """Checks that there is somebody to ask, and who asks."""

    fields: ClassVar[tuple[Field, ...]] = (
        Field("displayName", required=True, longest=50),
        Field("metadataEndpoint", "uri", required=True),
        Field("clientId", required=True),
        Field("clientSecret"),
        Field("description"),
    )


BEHAVIOUR = OpenidProviderBehaviour
