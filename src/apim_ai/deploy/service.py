"""What the reconciler asks of a control plane: a protocol, its answers and its errors.

`client` fulfils it over the Azure SDK. Nothing else in this package knows that SDK.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from apim_ai.errors import ControlPlaneError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apim_ai.resource import Kind

__all__ = [
    "BusyError",
    "ChangedError",
    "Detail",
    "Entity",
    "ForeignError",
    "RejectedError",
    "Service",
    "UnreachableError",
]


@dataclass(frozen=True, slots=True)
class Entity:
    """A resource as the service answers it.

    Args:
        kind: its kind's name.
        id: below the service, spelt as the service spells it.
        properties: the answered JSON of `properties`.
        etag: its version, where the answer had one; lists have none.
    """

    kind: str
    id: str
    properties: Mapping[str, Any]
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class Detail:
    """One of the problems that the service lists when it refuses a request."""

    target: str
    message: str


class RejectedError(ControlPlaneError):
    """The control plane answered with an error.

    Args:
        message: what the service said.
        status: the HTTP status.
        code: the service's error code.
        details: its list of problems.
        request_id: what support asks for.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: str = "",
        details: Sequence[Detail] = (),
        request_id: str | None = None,
        help: str | None = None,  # noqa: A002 - the errors' word
    ) -> None:
        super().__init__(message, help=help)
        self.status = status
        self.code = code
        self.details = tuple(details)
        self.request_id = request_id


class ChangedError(RejectedError):
    """The resource is not the version that was expected: somebody else changed it."""


class ForeignError(ControlPlaneError):
    """What was to be created exists by now, and it was not us."""


class BusyError(RejectedError):
    """The service works on this resource already; asking again later helps."""


class UnreachableError(ControlPlaneError):
    """The control plane cannot be reached or broke off."""


class Service(Protocol):
    """An API Management service's resources, by kind and id. Every method may be called from several threads."""

    def describe(self) -> Mapping[str, Any]:
        """Return the service's own entity: location, sku, provisioning state."""
        ...

    def list(self, kind: Kind, parent: str = "") -> tuple[Entity, ...]:
        """Return all resources of a kind, below a parent where the kind has one; none where the parent is unknown."""
        ...

    def get(self, kind: Kind, identifier: str) -> Entity | None:
        """Return a resource with its version, policies as rawxml, or None when there is none."""
        ...

    def put(self, kind: Kind, identifier: str, properties: Mapping[str, Any], etag: str | None = None) -> Entity:
        """Create or replace a resource; with a version, only if it still is that one.

        Raises:
            ChangedError: the version is another one.
            RejectedError: the service refuses the resource.
        """
        ...

    def create(self, kind: Kind, identifier: str, properties: Mapping[str, Any]) -> Entity:
        """Create a resource, only if there is none.

        Raises:
            ChangedError: there is one, as far as the service looks; whether Azure's does is not documented.
            RejectedError: the service refuses the resource.
        """
        ...

    def delete(self, kind: Kind, identifier: str, etag: str | None = None) -> None:
        """Delete a resource; one that is gone already is fine.

        Raises:
            ChangedError: the version is another one.
            RejectedError: the service refuses, as when something still uses the resource.
        """
        ...
