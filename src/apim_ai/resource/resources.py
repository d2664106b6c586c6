"""`Resources`: the waist of the product.

The set of ARM-shaped resources is what `plan` would PUT, what the embedded control plane stores, and the only input of
the gateway. So a policy case, `apim-ai up` and Azure see the same values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, ValuesView
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apim_ai.source import Source, Span

__all__ = ["Resource", "Resources"]


@dataclass(frozen=True, slots=True)
class Resource:
    """One ARM resource of an API Management service.

    Args:
        kind: the kind's name, a module of `resource.kinds`, such as `named_value` or `api_policy`.
        id: the path below the service without a leading slash, such as `apis/openai/policies/policy`. Segment names
            are spelt as ARM spells them; ids compare without case.
        properties: the wire JSON of `properties`, ready to be PUT.
        span: where the project declares it.
        source: for a policy or fragment, the rendered document with its map to the template.
        protect: whether deploy must never delete or replace it.
    """

    kind: str
    id: str
    properties: Mapping[str, Any]
    span: Span | None = field(default=None, compare=False)
    source: Source | None = field(default=None, compare=False, repr=False)
    protect: bool = field(default=False, compare=False)

    @property
    def name(self) -> str:
        """The last segment of the id."""
        return self.id.rsplit("/", 1)[-1]

    @property
    def parent(self) -> str:
        """The id of the resource this one belongs to (`apis/x` for an operation of it), or an empty text."""
        return "/".join(self.id.split("/")[:-2])


class Resources(Mapping[str, Resource]):
    """An immutable set of resources by id. Look-up ignores case; iteration keeps the order of declaration."""

    __slots__ = ("_by_key", "_kinds", "_named")

    def __init__(self, resources: Iterable[Resource] = ()) -> None:
        self._by_key = {resource.id.lower(): resource for resource in resources}
        self._kinds: dict[str, tuple[Resource, ...]] = {}
        self._named: dict[tuple[str, str], Mapping[str, Resource]] = {}

    def __getitem__(self, key: str) -> Resource:
        return self._by_key[key.lower()]

    def __iter__(self) -> Iterator[str]:
        return (resource.id for resource in self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)

    def values(self) -> ValuesView[Resource]:
        """Return all resources, in order; there may be a hundred thousand of them."""
        return self._by_key.values()

    def of(self, kind: str) -> tuple[Resource, ...]:
        """Return the resources of a kind, in order."""
        if kind not in self._kinds:
            self._kinds[kind] = tuple(resource for resource in self._by_key.values() if resource.kind == kind)
        return self._kinds[kind]

    def by(self, kind: str, name: str) -> Mapping[str, Resource]:
        """Return the resources of a kind by the text of one of their properties; those that lack it by their own name."""
        if (kind, name) not in self._named:
            self._named[kind, name] = {str(found.properties.get(name, found.name)): found for found in self.of(kind)}
        return self._named[kind, name]

    def below(self, parent: str, kind: str) -> tuple[Resource, ...]:
        """Return the resources of a kind that belong to a parent id."""
        key = parent.lower()
        return tuple(resource for resource in self.of(kind) if resource.parent.lower() == key)

    def with_changes(self, changed: Iterable[Resource] = (), removed: Iterable[str] = ()) -> Resources:
        """Return a copy with some resources put and some ids taken out."""
        copy = Resources()
        copy._by_key = {**self._by_key}
        touched: set[str] = set()
        for key in removed:
            gone = copy._by_key.pop(key.lower(), None)
            if gone is not None:
                touched.add(gone.kind)
        for resource in changed:
            copy._by_key[resource.id.lower()] = resource
            touched.add(resource.kind)
        # What is known of the other kinds still holds: most writes are to another kind than most questions are about.
        copy._kinds = {kind: found for kind, found in self._kinds.items() if kind not in touched}
        copy._named = {key: found for key, found in self._named.items() if key[0] not in touched}
        return copy
