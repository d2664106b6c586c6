"""`Kind`: what plan, deploy, drift and the embedded control plane know about one kind of ARM resource.

A kind is a value in its own file of `kinds/`. Its declarations are patterns over the wire JSON (see `shape`), so one
engine serves all kinds and a new kind is one new file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from apim_ai.resource.shape import change, find, in_seconds, is_list, is_object, relative_id, remove

if TYPE_CHECKING:
    from apim_ai.resource.fields import Field
    from apim_ai.resource.resources import Resource

__all__ = ["Kind", "Properties", "Reference", "always"]

Properties = Mapping[str, Any]
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Reference:
    """That a resource needs another one to exist first.

    Args:
        to: `id` (an id below the service), `display_name` (a named value by its display name), `subtree` (a resource
            and all that belongs to it) or `kind` (every resource of a kind).
        name: the id, the display name or the kind's name.
    """

    to: Literal["id", "display_name", "subtree", "kind"]
    name: str


def always(*patterns: str) -> Callable[[Properties], tuple[str, ...]]:
    """Return a function that answers the same patterns whatever the properties are."""
    return lambda _: patterns


def _nothing(_: Properties) -> tuple[str, ...]:
    return ()


def _no_references(_: Resource) -> Iterable[Reference]:
    return ()


def _as_declared(properties: Properties) -> Properties:
    return properties


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of resource, declared.

    Args:
        name: the kind's name in plans and reports, which is also its module's name.
        path: the path below the service, such as `apis/{api}/operations/{operation}`.
        noun: how a message calls one of them, such as `API operation`.
        defaults: what the service fills in for a property that is left out, by pattern without `[]` or `*`.
        write_only: patterns of secrets that the service never answers, as a function of the properties.
        secret: patterns of values that may be answered but are never printed; `write_only` ones are secret anyway.
        added: top-level properties that the service adds; never a difference.
        ids: patterns of properties that hold ids of other resources, in any of ARM's spellings.
        maps: patterns of objects whose keys are the user's own: a key that is not declared is a difference there.
        unordered: patterns of lists whose order means nothing.
        long_running: the verbs that may answer before the work is done.
        immutable: properties whose change means to delete the resource and create it anew.
        has_body: False for pure links, whose PUT has no body.
        references: further references than those that `ids` gives.
        canonical: a last step towards the form in which properties are compared.
        is_built_in: whether a resource came with the service, so that it is never created, deleted or reported.
        is_default: whether properties are those the service gave the resource when its parent was created.
        longest_name: characters of a name at most.
        fields: what each property must be, as far as the service says.
    """

    name: str
    path: str
    noun: str
    defaults: Properties = field(default_factory=dict[str, Any])
    write_only: Callable[[Properties], tuple[str, ...]] = _nothing
    secret: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    maps: tuple[str, ...] = ()
    unordered: tuple[str, ...] = ()
    long_running: frozenset[Literal["put", "delete"]] = frozenset()
    immutable: tuple[str, ...] = ()
    has_body: bool = True
    references: Callable[[Resource], Iterable[Reference]] = _no_references
    canonical: Callable[[Properties], Properties] = _as_declared
    is_built_in: Callable[[str, Properties], bool] = lambda _id, _properties: False
    is_default: Callable[[Properties], bool] = lambda _properties: False
    longest_name: int = 256
    fields: tuple[Field, ...] = ()

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The names of the path's variable segments, such as `("api", "operation")`."""
        return tuple(_PLACE.findall(self.path))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches the ids of this kind, whatever their case."""
        return re.compile(_PLACE.sub(r"(?P<\1>[^/]+)", self.path) + r"\Z", re.IGNORECASE)

    @cached_property
    def type(self) -> str:
        """The ARM type, such as `Microsoft.ApiManagement/service/apis/operations`."""
        fixed = [part for index, part in enumerate(self.path.split("/")) if index % 2 == 0]
        return "/".join(("Microsoft.ApiManagement/service", *fixed))

    @cached_property
    def parent_path(self) -> str:
        """The path of the resource that these belong to, such as `apis/{api}`, or an empty text."""
        return "/".join(self.path.split("/")[:-2])

    @cached_property
    def durations(self) -> tuple[str, ...]:
        """The patterns of ISO 8601 durations, which are compared by what they mean."""
        return tuple(field.at for field in self.fields if field.type == "duration")

    @property
    def is_policy(self) -> bool:
        """Whether these are policy documents, whose one name is `policy`."""
        return self.path.endswith("policies/policy")

    def names_of(self, identifier: str) -> tuple[str, ...] | None:
        """Return the variable segments of an id, or None when it is of another kind."""
        match = self.pattern.match(identifier)
        return match.groups() if match else None

    def collection(self, identifier: str) -> str:
        """Return the path at which the siblings of an id are listed."""
        return identifier.rsplit("/", 1)[0]

    def compared(self, properties: Properties) -> dict[str, Any]:
        """Return properties in the form in which they are compared: no nulls, nothing server-made, ids and durations alike."""
        cleaned = _clean(remove(properties, self.added))
        result = change(cleaned, self.ids, lambda value: relative_id(str(value)).lower())
        result = change(result, self.durations, lambda value: in_seconds(str(value)))
        result = change(result, self.unordered, _sorted)
        return dict(self.canonical(result))

    def all_references(self, resource: Resource) -> tuple[Reference, ...]:
        """Return what a resource needs: its id properties and the kind's own further references."""
        ids = (relative_id(str(found)) for pattern in self.ids for found in find(resource.properties, pattern))
        return (*(Reference("id", identifier) for identifier in ids), *self.references(resource))

    def secrets(self, properties: Properties) -> tuple[str, ...]:
        """Return the patterns whose values must never be printed or stored."""
        return (*self.write_only(properties), *self.secret)

    def shown(self, properties: Properties) -> dict[str, Any]:
        """Return properties fit for print: secrets are replaced by a word."""
        return dict(change(properties, self.secrets(properties), lambda _: "(secret)"))

    def __repr__(self) -> str:
        return f"Kind({self.name})"


def _sorted(value: Any) -> Any:  # noqa: ANN401 - JSON
    return sorted(value, key=str) if is_list(value) else value


def _clean(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Drop nulls, which ARM treats as absent, and objects without content; unify line ends."""
    if is_object(value):
        cleaned = {key: _clean(item) for key, item in value.items() if item is not None}
        return {key: item for key, item in cleaned.items() if item != {}}
    if is_list(value):
        return [_clean(item) for item in value]
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
