"""From references to ids: which resources must exist before a resource can be put."""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import TYPE_CHECKING

from apim_ai.resource import kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.resource.kind import Reference
    from apim_ai.resource.resources import Resource, Resources

__all__ = ["References", "named_values_in"]

_NAMED_VALUE = re.compile(r"\{\{\s*([A-Za-z0-9\-._]+)\s*\}\}")


def named_values_in(text: str) -> tuple[str, ...]:
    """Return the display names of the named values that a text uses, in order, each once."""
    return tuple(dict.fromkeys(_NAMED_VALUE.findall(text)))


class References:
    """Answers what each of a set of resources needs.

    Args:
        resources: the set in which references are looked up; what is not in it is not an edge.
    """

    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    @cached_property
    def _by_display_name(self) -> dict[str, Resource]:
        return {name.lower(): value for name, value in self._resources.by("named_value", "displayName").items()}

    def of(self, resource: Resource) -> tuple[str, ...]:
        """Return the ids, as spelt in the set, of the resources that must exist before this one; its parent first."""
        found = dict.fromkeys(self._found(resource))
        return tuple(identifier for identifier in found if identifier.lower() != resource.id.lower())

    def unresolved(self, resource: Resource) -> tuple[str, ...]:
        """Return the display names of named values that a resource uses and the set lacks."""
        return tuple(name for name in self._named_values(resource) if name.lower() not in self._by_display_name)

    def _found(self, resource: Resource) -> Iterator[str]:
        yield from self._existing(resource.parent)
        for name in self._named_values(resource):
            value = self._by_display_name.get(name.lower())
            if value is not None:
                yield value.id
        for reference in kinds.find(resource.kind).all_references(resource):
            yield from self._resolved(reference)

    def _existing(self, identifier: str) -> Iterator[str]:
        found = self._resources.get(identifier) if identifier else None
        if found is not None:
            yield found.id

    def _resolved(self, reference: Reference) -> Iterator[str]:
        match reference.to:
            case "id":
                yield from self._existing(self._substituted(reference.name))
            case "display_name":
                value = self._by_display_name.get(reference.name.lower())
                yield from self._existing(value.id if value else "")
            case "kind":
                yield from (resource.id for resource in self._resources.of(reference.name))
            case "subtree":
                prefix = f"{reference.name.lower()}/"
                yield from self._existing(reference.name)
                yield from (
                    key for key in self._resources if key.lower().startswith(prefix) and "/releases/" not in key
                )

    def _substituted(self, text: str) -> str:
        """Fill in the named values of an id, as in `backends/{{region}}-aoai`."""

        def value_of(match: re.Match[str]) -> str:
            found = self._by_display_name.get(match[1].lower())
            return str(found.properties.get("value", match[0])) if found else match[0]

        return _NAMED_VALUE.sub(value_of, text)

    def _named_values(self, resource: Resource) -> tuple[str, ...]:
        if resource.kind == "named_value":
            return ()
        text = resource.properties.get("value") if "value" in resource.properties else None
        rest = {key: value for key, value in resource.properties.items() if key != "value"}
        return named_values_in(f"{text or ''}{json.dumps(rest, default=str)}")
