"""The resources of one environment, as cross-resource rules ask for them."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from apim_ai.document import Document, parse
from apim_ai.source import LineMap, Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.document import Format
    from apim_ai.resource import Resource, Resources

__all__ = ["POLICY_SCOPES", "Estate", "document_of", "parsed", "place_of"]

POLICY_SCOPES = {
    "global_policy": "global",
    "product_policy": "product",
    "api_policy": "api",
    "operation_policy": "operation",
    "fragment": "fragment",
}
"""Kinds whose resources are documents, and the scope each stands for."""


class Estate:
    """All resources of one environment.

    Args:
        resources: ARM-shaped.
        gateway: classic, v2 or consumption, where it is known.
    """

    def __init__(self, resources: Resources, *, gateway: str | None = None) -> None:
        self.resources = resources
        self.gateway = gateway
        self._documents: dict[str, Document] = {}

    @cached_property
    def named_values(self) -> Mapping[str, Resource]:
        """The named values by the name that `{{…}}` uses."""
        return {str(r.properties.get("displayName") or r.name): r for r in self.resources.of("named_value")}

    @cached_property
    def backends(self) -> Mapping[str, Resource]:
        """The backends by name."""
        return {r.name: r for r in self.resources.of("backend")}

    @cached_property
    def fragments(self) -> Mapping[str, Resource]:
        """The policy fragments by name."""
        return {r.name: r for r in self.resources.of("fragment")}

    @cached_property
    def loggers(self) -> Mapping[str, Resource]:
        """The loggers by name."""
        return {r.name: r for r in self.resources.of("logger")}

    @cached_property
    def certificates(self) -> Mapping[str, Resource]:
        """The certificates by name."""
        return {r.name: r for r in self.resources.of("certificate")}

    def documents(self) -> Iterator[tuple[Resource, str, Document]]:
        """Yield each policy document and fragment with its scope."""
        for kind, scope in POLICY_SCOPES.items():
            for resource in self.resources.of(kind):
                yield resource, scope, self._document(resource)

    def _document(self, resource: Resource) -> Document:
        found = self._documents.get(resource.id)
        if found is None:
            found = self._documents[resource.id] = document_of(resource)
        return found

    def fragment(self, name: str) -> Document | None:
        """Return the document of a fragment."""
        resource = self.fragments.get(name)
        return None if resource is None else self._document(resource)

    def parent_policy(self, place: str) -> tuple[Document, str, str] | None:
        """Return the policy that `base` stands for, as (document, id, scope), in the document with this id."""
        for identifier, kind in self._above(place):
            resource = self.resources.get(identifier)
            if resource is not None:
                return self._document(resource), identifier, POLICY_SCOPES[kind]
        return None

    def _above(self, place: str) -> Iterator[tuple[str, str]]:
        segments = place.split("/")
        if "operations" in segments:
            yield f"{'/'.join(segments[:2])}/policies/policy", "api_policy"
        yield "policies/policy", "global_policy"

    def policy_document(self, place: str) -> Document | None:
        """Return the document with this id."""
        resource = self.resources.get(place)
        return None if resource is None else self._document(resource)

    def owner(self, place: str) -> Resource | None:
        """Return the API, operation or product that a policy belongs to."""
        return self.resources.get(place.removesuffix("/policies/policy"))

    def api_of(self, place: str) -> Resource | None:
        """Return the API that a policy belongs to, its operation's included."""
        segments = place.split("/")
        return self.resources.get("/".join(segments[:2])) if segments[0].lower() == "apis" else None

    def operations(self, api: Resource) -> tuple[Resource, ...]:
        """Return the operations of an API."""
        return self.resources.below(api.id, "operation")

    def products_of(self, api: Resource) -> tuple[Resource, ...]:
        """Return the products that an API is part of."""
        links = (link for link in self.resources.of("product_api") if link.name.lower() == api.name.lower())
        found = (self.resources.get(link.parent) for link in links)
        return tuple(product for product in found if product is not None)


def place_of(resource: Resource) -> Span:
    """Return where a resource is declared."""
    return resource.span or Span.at(resource.id)


def document_of(resource: Resource) -> Document:
    """Return the parsed document of a policy or fragment."""
    properties: Mapping[str, Any] = resource.properties
    text = str(properties.get("value", ""))
    source = resource.source if resource.source is not None and resource.source.text == text else None
    if source is None:
        where = resource.span or Span.at(resource.id)
        source = Source(where.file, text)
    written: Format = "rawxml" if str(properties.get("format", "rawxml")).startswith("rawxml") else "xml"
    return parsed(source.path, source.text, source.line_map, written)


@lru_cache(maxsize=1024)
def parsed(path: str, text: str, line_map: LineMap | None, written: Format) -> Document:
    """Parse a document once, however many environments share it."""
    return parse(Source(path, text, line_map), format=written)
