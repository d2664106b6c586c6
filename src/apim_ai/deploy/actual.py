"""The actual state of a service, read with as few requests as will do.

One list for each kind that matters, one for each parent of child resources, and one GET for each policy document that
is declared or owned, for lists hold neither documents as rawxml nor versions. All of a round is asked at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from apim_ai.deploy.ledger import Ledger, owners
from apim_ai.deploy.workers import workers
from apim_ai.errors import ControlPlaneError
from apim_ai.resource import Kind, Resource, Resources, kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from concurrent.futures import ThreadPoolExecutor

    from apim_ai.deploy.service import Entity, Service

__all__ = ["Actual", "read"]


@dataclass(frozen=True, slots=True)
class Actual:
    """What a service holds, as far as it was asked.

    Args:
        entities: by id in lower case.
        ledger: what this project owns.
        owners: what other projects own in the same service: the stack by id in lower case.
        service: the service's own entity.
    """

    entities: Mapping[str, Entity]
    ledger: Ledger
    owners: Mapping[str, str] = field(default_factory=dict[str, str])
    service: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def get(self, identifier: str) -> Entity | None:
        """Return the entity of an id."""
        return self.entities.get(identifier.lower())

    def resources(self) -> Resources:
        """Return the entities as resources, for finding what refers to what."""
        return Resources(Resource(entity.kind, entity.id, entity.properties) for entity in self.entities.values())


def read(service: Service, desired: Resources, stack: str, concurrency: int) -> Actual:
    """Read what a plan needs to know.

    Args:
        service: the control plane.
        desired: what the project declares.
        stack: the project's name in the ledger.
        concurrency: requests in flight at once, at most.

    Raises:
        ControlPlaneError: there is no such service, or it cannot be read.
    """
    with workers(concurrency, "apim-ai-read") as pool:
        return _Reader(service, desired, pool).run(stack)


class _Reader:
    def __init__(self, service: Service, desired: Resources, pool: ThreadPoolExecutor) -> None:
        self._service = service
        self._pool = pool
        self._wanted = {(kinds.find(resource.kind), resource.id) for resource in desired.values()}
        # A link may lead to what others created: whether it is there shows before the first write.
        links = (resource for resource in desired.values() if not kinds.find(resource.kind).has_body)
        self._linked = {
            kind
            for link in links
            for reference in kinds.find(link.kind).references(link)
            if (kind := kinds.kind_of(reference.name)) is not None
        }
        self._found: dict[str, Entity] = {}

    def run(self, stack: str) -> Actual:
        """Read in rounds: what stands at the top, then what belongs to it."""
        named_value = kinds.find("named_value")
        described = self._pool.submit(self._service.describe)
        listed = {kind for kind, _ in self._wanted if not kind.parent_path and not kind.is_policy}
        listed |= {named_value, *self._linked}
        self._take(self._lists((kind, "") for kind in listed))
        named_values = [entity for entity in self._found.values() if entity.kind == "named_value"]
        ledger, others = Ledger.read(stack, named_values), owners(named_values, stack)
        self._wanted |= {(kinds.find(entry.kind), entry.id) for entry in ledger.entries.values()}
        late = {kind for kind, _ in self._wanted if not kind.parent_path and not kind.is_policy} - listed
        self._take(self._lists((kind, "") for kind in late))
        self._take((*self._children(), *self._documents()))
        service = described.result()
        if not service:
            raise ControlPlaneError(
                "the control plane does not know this service",
                help="check subscription, resource group and service of the environment, and what the credential may see",
            )
        return Actual(self._found, ledger, others, service)

    def _take(self, answers: Iterable[Callable[[], Iterable[Entity]]]) -> None:
        for future in [self._pool.submit(answer) for answer in answers]:
            for entity in future.result():
                self._found[entity.id.lower()] = entity

    def _lists(self, places: Iterable[tuple[Kind, str]]) -> Iterable[Callable[[], Iterable[Entity]]]:
        ordered = sorted(places, key=lambda place: (place[0].name, place[1]))
        return tuple(lambda kind=kind, parent=parent: self._service.list(kind, parent) for kind, parent in ordered)

    def _children(self) -> Iterable[Callable[[], Iterable[Entity]]]:
        """List child resources of the parents that exist; a parent that does not has none."""
        wanted = (
            (kind, _parent(identifier)) for kind, identifier in self._wanted if kind.parent_path and not kind.is_policy
        )
        return self._lists(
            {(kind, self._found[parent.lower()].id) for kind, parent in wanted if parent.lower() in self._found}
        )

    def _documents(self) -> Iterable[Callable[[], Iterable[Entity]]]:
        """Get policies below what exists, and the fragments that exist."""
        wanted = sorted(
            (kind.name, identifier) for kind, identifier in self._wanted if self._may_exist(kind, identifier)
        )
        return tuple(
            lambda kind=kind, identifier=identifier: self._document(kind, identifier) for kind, identifier in wanted
        )

    def _may_exist(self, kind: Kind, identifier: str) -> bool:
        if kind.name == "fragment":
            return identifier.lower() in self._found
        top = "/".join(identifier.lower().split("/")[:2])
        return kind.is_policy and (top in self._found or not kind.parent_path)

    def _document(self, kind: str, identifier: str) -> Iterable[Entity]:
        found = self._service.get(kinds.find(kind), identifier)
        return () if found is None else (found,)


def _parent(identifier: str) -> str:
    return "/".join(identifier.split("/")[:-2])
