"""Lists by tag: which APIs, operations and products wear which tag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from apim_ai.arm.entity import Entity
    from apim_ai.arm.world import World

    View = Callable[[str, World, Mapping[str, str]], list[dict[str, Any]]]

__all__ = ["tagged"]

_NOUNS = {"api_tag": "api", "operation_tag": "operation", "product_tag": "product"}
_SHOWN = {
    "api": ("apiRevision", "isCurrent", "path", "serviceUrl", "protocols", "subscriptionRequired"),
    "operation": ("method", "urlTemplate", "description"),
    "product": ("description", "subscriptionRequired", "approvalRequired", "state"),
}


def tagged(*kind_names: str) -> View:
    """Return the view of some kinds of tag links, of the whole service or below one entity."""

    def view(parent: str, world: World, query: Mapping[str, str]) -> list[dict[str, Any]]:
        prefix = f"{parent.lower()}/" if parent else ""
        found = (
            _contract(link.id, kind_name, world)
            for kind_name in kind_names
            for link in world.store.of(kind_name)
            if link.id.lower().startswith(prefix)
        )
        listed = [contract for contract in found if contract is not None]
        with_others = any(
            name.startswith("includenottagged") and flag.lower() == "true" for name, flag in query.items()
        )
        return [*listed, *_untagged(prefix, kind_names, world)] if with_others else listed

    return view


def _untagged(prefix: str, kind_names: tuple[str, ...], world: World) -> Iterator[dict[str, Any]]:
    for kind_name in kind_names:
        worn = {link.id.lower().rpartition("/tags/")[0] for link in world.store.of(kind_name)}
        for holder in world.store.of(_NOUNS[kind_name]):
            if holder.id.lower().startswith(prefix) and holder.id.lower() not in worn:
                yield {_NOUNS[kind_name]: _holder(holder, _NOUNS[kind_name], world)}


def _contract(link: str, kind_name: str, world: World) -> dict[str, Any] | None:
    holder_id, _, name = link.rpartition("/tags/")
    tag, holder = world.store.get(f"tags/{name}"), world.store.get(holder_id)
    if tag is None or holder is None:
        return None
    noun = _NOUNS[kind_name]
    return {
        "tag": {"id": world.service.full(tag.id), "name": tag.resource.properties.get("displayName")},
        noun: _holder(holder, noun, world),
    }


def _holder(holder: Entity, noun: str, world: World) -> dict[str, Any]:
    properties = holder.resource.properties
    shown = {key: properties[key] for key in _SHOWN[noun] if key in properties}
    return {"id": world.service.full(holder.id), "name": properties.get("displayName"), **shown}
