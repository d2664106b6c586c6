"""What a release consisted of, kept in the service: rolling back needs no old checkout, drift can show a difference.

The bundle of a release lies in named values `apimai-<stack>-bundle-<release>-<n>`, compressed, without any secret. The
last few are kept. A project too large for that has its releases recorded all the same, without bundles.
"""

from __future__ import annotations

import json
import lzma
import re
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

from apim_ai.deploy.comparison import form_of
from apim_ai.deploy.difference import cut, digest_of
from apim_ai.deploy.ledger import LIMIT, own_prefix
from apim_ai.errors import ControlPlaneError
from apim_ai.resource import Resource, Resources, kinds
from apim_ai.resource.shape import remove

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from apim_ai.deploy.ledger import Entry, Ledger
    from apim_ai.deploy.service import Entity

__all__ = ["KEPT", "as_deployed", "bundle_parts", "bundles", "contents", "outdated", "with_secrets"]

KEPT = 5
"""So many bundles are kept in the service."""

_MOST_PARTS = 64
_VERSION = 1
_LARGEST = 64 * 1024 * 1024
_NAME = re.compile(r"(?P<release>\d{8}T\d{6}Z-[A-Za-z0-9_-]+?)-(?P<part>\d+)\Z")


def bundle_parts(stack: str, release: str, resources: Resources) -> Mapping[str, str]:
    """Return the named values that hold a release's bundle, by id; none when it is too large."""
    items = [
        [resource.kind, resource.id, _without_secrets(resource), int(resource.protect)]
        for resource in resources.values()
    ]
    document = json.dumps({"v": _VERSION, "r": items}, separators=(",", ":"), ensure_ascii=False)
    text = b64encode(lzma.compress(document.encode("utf-8", "surrogatepass"), preset=6)).decode()
    parts = [text[start : start + LIMIT] for start in range(0, len(text), LIMIT)]
    if len(parts) > _MOST_PARTS:
        return {}
    prefix = f"namedValues/{own_prefix(stack)}bundle-{release}-"
    return {f"{prefix}{number}": part for number, part in enumerate(parts)}


def bundles(stack: str, named_values: Iterable[Entity]) -> Mapping[str, Resources]:
    """Return the bundles that a service keeps, by release, newest first; what cannot be read is left out."""
    found: dict[str, dict[int, str]] = {}
    for entity in named_values:
        match = _part_of(stack, entity.id)
        if match:
            found.setdefault(match["release"], {})[int(match["part"])] = str(entity.properties.get("value", ""))
    read = {release: _unpacked(found[release]) for release in sorted(found, reverse=True)}
    return {release: resources for release, resources in read.items() if resources is not None}


def as_deployed(entry: Entry, sources: Iterable[Resources]) -> Resource | None:
    """Return a resource as it was deployed, from the first source that has it so."""
    kind = kinds.find(entry.kind)
    for source in sources:
        resource = source.get(entry.id)
        if resource is None:
            continue
        if digest_of(cut(kind, form_of(kind, entry.id, resource.properties), entry.shape)) == entry.digest:
            return resource
    return None


def contents(
    ledger: Ledger, desired: Resources, former: Iterable[Resources], planned: Mapping[str, Entry]
) -> Resources:
    """Return everything that is deployed now: as it is declared, else as a former release had it.

    Args:
        ledger: what is owned.
        desired: what is declared.
        former: what releases consisted of, newest first.
        planned: the entries of what is declared, by id in lower case.
    """
    releases = tuple(former)
    found: list[Resource | None] = []
    for key, entry in ledger.entries.items():
        as_declared = key in planned and planned[key].digest == entry.digest and not entry.pending
        found.append(desired[key] if as_declared else None if entry.pending else as_deployed(entry, releases))
    return Resources(resource for resource in found if resource is not None)


def outdated(stack: str, named_values: Iterable[Entity]) -> tuple[str, ...]:
    """Return the ids of the parts of bundles that make room for a new one."""
    parts = [(match["release"], e.id) for e in named_values if (match := _part_of(stack, e.id))]
    keep = set(sorted({release for release, _ in parts}, reverse=True)[: KEPT - 1])
    return tuple(identifier for release, identifier in parts if release not in keep)


def with_secrets(bundle: Resources, current: Resources) -> tuple[Resources, tuple[str, ...]]:
    """Put the present secrets back into a bundle, which has none.

    Args:
        bundle: the resources of a release.
        current: what the project declares now.

    Returns:
        The resources, and the ids of those that have to be left as they are because their secrets are unknown.
    """
    complete: list[Resource] = []
    unknown: list[str] = []
    for resource in bundle.values():
        kind = kinds.find(resource.kind)
        now = current.get(resource.id)
        hidden = _hidden(resource)
        if not hidden:
            complete.append(resource)
        elif now is not None and set(hidden) <= set(_tops(kind.secrets(now.properties), now.properties)):
            filled = {**remove(resource.properties, (_MARK,)), **{name: now.properties[name] for name in hidden}}
            complete.append(Resource(resource.kind, resource.id, filled, protect=resource.protect))
        else:
            unknown.append(resource.id)
    return Resources(complete), tuple(unknown)


_MARK = "apim-ai:hidden"


def _without_secrets(resource: Resource) -> dict[str, Any]:
    """Return properties without the top-level ones in which there are secrets, whose names are noted."""
    kind = kinds.find(resource.kind)
    names = _tops(kind.secrets(resource.properties), resource.properties)
    kept = remove(resource.properties, names)
    return {**kept, _MARK: list(names)} if names else kept


def _tops(patterns: Iterable[str], properties: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(top for pattern in patterns if (top := re.split(r"[.\[]", pattern)[0]) in properties))


def _hidden(resource: Resource) -> tuple[str, ...]:
    return tuple(resource.properties.get(_MARK, ()))


def _part_of(stack: str, identifier: str) -> re.Match[str] | None:
    name = identifier.rsplit("/", 1)[-1]
    prefix = f"{own_prefix(stack)}bundle-"
    return _NAME.match(name[len(prefix) :]) if name.startswith(prefix) else None


def _unpacked(parts: Mapping[int, str]) -> Resources | None:
    try:
        data = b64decode("".join(parts[number] for number in range(len(parts))))
        document: Any = json.loads(lzma.LZMADecompressor().decompress(data, max_length=_LARGEST))
        if document["v"] > _VERSION:
            raise ControlPlaneError("a release was recorded by a newer version of apim-ai", help="upgrade apim-ai")
        items: list[Any] = document["r"]
        return Resources(
            Resource(kind, identifier, properties, protect=bool(p)) for kind, identifier, properties, p in items
        )
    except (ValueError, KeyError, TypeError, EOFError, lzma.LZMAError):
        return None
