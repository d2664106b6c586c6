"""Where a request points: the service's ARM id, and the resource, collection or action below it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apim_ai.arm import kinds
from apim_ai.resource.shape import relative_id

if TYPE_CHECKING:
    from apim_ai.resource.kind import Kind

__all__ = ["Place", "Service", "below_service", "place_of"]

_LOCAL_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
_PROVIDER = "providers/Microsoft.ApiManagement"
_SERVICE_PATH = re.compile(
    r"/subscriptions/([^/]+)/resourceGroups/([^/]+)/providers/Microsoft\.ApiManagement/service/([^/]+)(?:/(.*))?\Z",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Service:
    """The one service that this control plane has."""

    subscription: str = _LOCAL_SUBSCRIPTION
    resource_group: str = "local"
    name: str = "local"

    @property
    def id(self) -> str:
        """The full ARM id."""
        group = f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group}"
        return f"{group}/{_PROVIDER}/service/{self.name}"

    def full(self, relative: str) -> str:
        """Return the full ARM id of an id below the service."""
        return f"{self.id}/{relative.strip('/')}" if relative.strip("/") else f"{self.id}/"

    def relative(self, identifier: str) -> str:
        """Return the id below the service of an id in any of ARM's spellings, without slashes around it."""
        return relative_id(
            f"{identifier}/" if identifier.lower().endswith(f"/service/{self.name.lower()}") else identifier
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A path below the service, understood.

    Args:
        kind: the kind of the resource, or of the collection's resources.
        id: the resource's id with ARM's spelling of the fixed segments; for a collection, the collection's path.
        is_collection: whether it is a collection.
        action: the verb behind the resource, such as `listSecrets`.
    """

    kind: Kind
    id: str
    is_collection: bool = False
    action: str | None = None

    @property
    def name(self) -> str:
        """The last segment."""
        return self.id.rsplit("/", 1)[-1]

    @property
    def parent(self) -> str:
        """The id of the resource that this one, or this collection, belongs to, or an empty text."""
        return "/".join(self.id.split("/")[: -1 if self.is_collection else -2])


def place_of(path: str, *, is_action: bool = False) -> Place | None:
    """Return what a path below the service means, or None when no kind has it."""
    segments = [segment for segment in path.split("/") if segment]
    action = segments.pop() if is_action and segments else None
    kind = kinds.of_shape("/".join(segments[::2]).lower())
    if kind is None:
        return None
    fixed = kind.path.split("/")[::2]
    spelt = [segment if index % 2 else fixed[index // 2] for index, segment in enumerate(segments)]
    return Place(kind, "/".join(spelt), is_collection=len(segments) % 2 == 1, action=action)


def below_service(path: str) -> tuple[str, str, str, str] | None:
    """Split a path into subscription, resource group, service and the rest; None when it is no service's."""
    match = _SERVICE_PATH.match(path)
    return None if match is None else (match[1], match[2], match[3], match[4] or "")
