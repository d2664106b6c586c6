"""Revisions of an API: where a new one comes from, which one is current, and how a release changes that.

The current revision of `shop` is stored as `apis/shop`, the others as `apis/shop;rev=n`. So everything that refers to
the API refers to its current revision, and a release is a change of names: one write, atomic, tags kept.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from apim_ai.arm.entity import Change, Entity
from apim_ai.arm.refusal import Detail, invalid, not_found
from apim_ai.resource.shape import relative_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.arm.store import Store
    from apim_ai.arm.world import World
    from apim_ai.resource import Resource

__all__ = [
    "copied",
    "doomed",
    "inherited",
    "is_new_api",
    "made_current",
    "normalised",
    "number_of_first",
    "of_api",
    "source_of",
    "split",
    "wrong",
]

_MARK = ";rev="
_NOT_INHERITED = ("isCurrent", "apiRevision", "apiRevisionDescription", "sourceApiId")
_NOT_COPIED = frozenset({"api_release"})


def split(identifier: str) -> tuple[str, str | None]:
    """Return the id of the API and the number of the revision, None for the current one."""
    base, mark, number = identifier.partition(_MARK)
    return base, number if mark else None


def normalised(identifier: str, store: Store) -> str:
    """Return an id in which the current revision's number is left out, and that of an API not yet there kept."""
    head, _, rest = identifier.partition("/")
    name, slash, below = rest.partition("/")
    if head.lower() != "apis" or _MARK not in name:
        return identifier
    base, number = split(f"{head}/{name}")
    current = store.get(base)
    is_current = current is not None and current.resource.properties.get("apiRevision") == number
    return f"{base}{slash}{below}" if is_current else identifier


def of_api(base: str, store: Store) -> tuple[Entity, ...]:
    """Return all revisions of an API, the current one first."""
    current = store.get(base)
    prefix = f"{base.lower()}{_MARK}"
    others = (api for api in store.of("api") if api.id.lower().startswith(prefix))
    return (*((current,) if current else ()), *others)


def is_new_api(identifier: str, world: World) -> bool:
    """Tell whether an API that is about to be made is the first of its revisions."""
    return world.store.get(split(identifier)[0]) is None


def number_of_first(identifier: str, world: World) -> str | None:
    """Return the number in the id of an API's first revision, which is current whatever its number; None for all else."""
    _, number = split(identifier)
    return number if number and is_new_api(identifier, world) else None


def source_of(properties: Mapping[str, Any], identifier: str, store: Store) -> Entity | None:
    """Return the API that a new API or revision starts from: the named source, else the current revision.

    Raises:
        Refusal: the named source is not there.
    """
    named = properties.get("sourceApiId")
    if named:
        found = store.get(normalised(relative_id(str(named)), store))
        if found is None:
            raise not_found("API")
        return found
    base, number = split(identifier)
    return store.get(base) if number else None


def inherited(source: Entity, identifier: str, own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties that a new API or revision takes over from its source."""
    taken = {name: value for name, value in source.resource.properties.items() if name not in _NOT_INHERITED}
    is_revision = split(source.id)[0].lower() == split(identifier)[0].lower()
    if not is_revision and "apiVersionSetId" not in own:
        return {name: value for name, value in taken.items() if name not in {"apiVersion", "apiVersionSetId"}}
    return taken


def wrong(identifier: str, sent: Mapping[str, Any], properties: Mapping[str, Any], store: Store) -> Iterator[Detail]:
    """Yield what may not differ between a revision that is not current and the current one."""
    base, number = split(identifier)
    if number is None:
        return
    current = store.get(base)
    if current is None:
        return
    if sent.get("apiVersion") is not None and sent["apiVersion"] != current.resource.properties.get("apiVersion"):
        yield Detail("apiVersion", "Can't change property ApiVersion for non-current revision")
    if properties.get("path") != current.resource.properties.get("path"):
        yield Detail("path", "Can't change property Path for non-current revision")


def copied(source: str, target: str, store: Store) -> Change:
    """Return the copies of all that belongs to a source: operations, schemas, policies, tags, diagnostics."""
    return Change(
        tuple(
            replace(entity.resource, id=f"{target}{entity.id[len(source) :]}")
            for entity in store.below(source)
            if entity.resource.kind not in _NOT_COPIED
        )
    )


def doomed(entity: Entity, store: Store, *, with_revisions: bool) -> tuple[Entity, ...]:
    """Return the revisions that a DELETE of one of them removes.

    Raises:
        Refusal: the current revision cannot go while there are others and they are not to go too.
    """
    if not entity.resource.properties.get("isCurrent"):
        return (entity,)
    revisions = of_api(split(entity.id)[0], store)
    if len(revisions) > 1 and not with_revisions:
        message = "Cannot delete the current revision of an API."
        refusal = invalid(Detail("apiRevision", message))
        refusal.message, refusal.details = message, ()
        raise refusal
    return revisions


def made_current(base: str, revision: Entity, store: Store) -> Change:
    """Return the writes that make a revision the current one; releases stay with the API."""
    current = store.get(base)
    if current is None or current.id.lower() == revision.id.lower():
        return Change()
    old = f"{base}{_MARK}{current.resource.properties.get('apiRevision', '1')}"
    leaving = [entity for entity in store.below(current.id) if entity.resource.kind not in _NOT_COPIED]
    coming = store.below(revision.id)
    moved = (
        *(entity.moved(f"{old}{entity.id[len(current.id) :]}") for entity in leaving),
        *(entity.moved(f"{current.id}{entity.id[len(revision.id) :]}") for entity in coming),
    )
    put = (_marked(current.resource, old, is_current=False), _marked(revision.resource, current.id, is_current=True))
    gone = (revision.id, *(entity.id for entity in leaving), *(entity.id for entity in coming))
    return Change(put, gone, moved)


def _marked(api: Resource, identifier: str, *, is_current: bool) -> Resource:
    return replace(api, id=identifier, properties={**api.properties, "isCurrent": is_current})
