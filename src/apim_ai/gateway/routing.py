"""Which API and operation a request is for: by path, version and revision, then by method and template."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from apim_ai.gateway.entities import api_entity, base_api_id, is_current, operation_entity, workspace_of
from apim_ai.gateway.templates import Template, TemplateTree
from apim_ai.message import Url
from apim_ai.runtime import Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from apim_ai.expression.context import Operation
    from apim_ai.message import Request
    from apim_ai.resource import Resource

__all__ = ["ApiRoute", "Match", "OperationRoute", "Routes"]

K = TypeVar("K")
V = TypeVar("V")

ANY_METHOD = "*"
LONGEST_KEPT = 512  # characters of a path that is remembered
MOST_KEPT = 2048  # paths that are remembered, and again for each API
_REVISION = re.compile(r";rev=([^/;]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OperationRoute:
    """One operation."""

    id: str
    entity: Operation
    template: Template


class ApiRoute:
    """One API (one revision of it) and its operations; the tree of these is built on first use.

    Args:
        resource: the API.
        operations: its operations.
        version_set: the version set it belongs to.
    """

    def __init__(self, resource: Resource, operations: Sequence[Resource], version_set: Resource | None) -> None:
        self.resource = resource
        self.id = resource.id
        self.base_id = base_api_id(resource.id).lower()
        self.workspace = workspace_of(resource.id)
        self.is_current = is_current(resource)
        self.operation_resources = tuple(operations)
        self._found: dict[tuple[str, tuple[str, ...]], list[tuple[OperationRoute, dict[str, str]]]] = {}
        self.version_set = version_set
        properties = resource.properties
        self.requires_subscription = bool(properties.get("subscriptionRequired", True))
        names: Mapping[str, str] = properties.get("subscriptionKeyParameterNames") or {}
        self.key_header = str(names.get("header") or "Ocp-Apim-Subscription-Key")
        self.key_query = str(names.get("query") or "subscription-key")
        self.entity = api_entity(resource)
        scheme: Mapping[str, str] = version_set.properties if version_set else {}
        self.version_scheme = str(scheme.get("versioningScheme") or "")
        self.version_header = str(scheme.get("versionHeaderName") or "Api-Version")
        self.version_query = str(scheme.get("versionQueryName") or "api-version")

        self.target = Target(base_url=self.entity.service_url) if self.base_url else Target()

    @cached_property
    def base_url(self) -> Url | None:
        """The backend's base URL, or None where the API has none."""
        try:
            return Url.parse(self.entity.service_url) if self.entity.service_url else None
        except ValueError:
            return None

    @cached_property
    def base_path(self) -> str:
        """The path of the backend's base URL, without a slash at its end."""
        return self.base_url.path.rstrip("/") if self.base_url else ""

    @property
    def path(self) -> str:
        """The path under which callers reach it, without slashes around."""
        path, version = self.entity.path, self.entity.version
        if version and self.version_scheme == "Segment":
            return f"{path}/{version}".strip("/")
        return path

    def is_version(self, request: Request) -> bool:
        """Return whether a request asks for this version (header and query; a version in the path is part of it)."""
        if self.version_scheme not in ("Header", "Query"):
            return True
        if self.version_scheme == "Header":
            given = request.headers.get(self.version_header)
        else:
            given = next(iter(request.url.query.get(self.version_query, ())), None)
        return (given or "").lower() == (self.entity.version or "").lower()

    @cached_property
    def _tree(self) -> TemplateTree[tuple[str, OperationRoute]]:
        tree: TemplateTree[tuple[str, OperationRoute]] = TemplateTree()
        routes = [_operation_route(resource) for resource in self.operation_resources]
        # of templates with equal paths, the one that demands more of the query is the more specific
        for route in sorted(routes, key=lambda route: -len(route.template.query)):
            tree.add(route.template, (route.entity.method, route))
        return tree

    def operation(self, request: Request, segments: tuple[str, ...]) -> tuple[OperationRoute, dict[str, str]] | None:
        """Return the operation for a path below the API and its parameters, or None."""
        for route, values in self._fitting(request.method, segments):
            if not route.template.query:
                return route, values
            more = route.template.query_values(request.url.query)
            if more is not None:
                return route, {**values, **more}
        return None

    def is_found_by_path(self, request: Request, segments: tuple[str, ...]) -> bool:
        """Return whether no query decides which operation a path below the API is for."""
        return not any(route.template.query for route, _ in self._fitting(request.method, segments))

    def _fitting(self, method: str, segments: tuple[str, ...]) -> Sequence[tuple[OperationRoute, dict[str, str]]]:
        """Return the operations for a method and path, whatever the query, the most specific first.

        Callers ask for the same few paths again and again, so what was found is kept.
        """
        key = (method, segments)
        found = self._found.get(key)
        if found is None:
            found = [
                (route, values)
                for (wanted, route), values in self._tree.find(segments)
                if wanted in (method, ANY_METHOD)
            ]
            _keep(self._found, key, found, sum(map(len, segments)))
        return found


@dataclass(frozen=True, slots=True)
class Match:
    """What a request is for; `operation` is None where the API has none for it. Shared: do not change it.

    Args:
        rest: the path below the API's, with a leading slash.
        segments: its segments.
    """

    api: ApiRoute
    rest: str
    segments: tuple[str, ...]
    operation: OperationRoute | None
    parameters: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Place:
    """APIs at the beginning of a path, and what of the path is below them."""

    apis: Sequence[ApiRoute]
    rest: str
    segments: tuple[str, ...]


class Routes:
    """All APIs by path: the longest path that a request begins with wins."""

    def __init__(self, apis: Iterable[ApiRoute]) -> None:
        self._by_path: dict[str, list[ApiRoute]] = {}
        for api in apis:
            self._by_path.setdefault(api.path.lower(), []).append(api)
        self._kept: dict[str, list[_Place]] = {}
        self._matches: dict[tuple[str, str], Match] = {}
        self._by_path_alone = not any(
            api.version_scheme in ("Header", "Query") for apis in self._by_path.values() for api in apis
        )
        self._depth = max((path.count("/") + 1 if path else 0 for path in self._by_path), default=0)

    def match(self, request: Request) -> Match | None:
        """Return the API and operation, or None when no API is for this path."""
        path = request.url.path
        kept = self._matches.get((request.method, path))
        if kept is not None:
            return kept
        revision = None
        if ";" in path:
            found = _REVISION.search(path)
            if found:
                revision = found[1]
                path = path[: found.start()] + path[found.end() :]
        for place in self._places(path):
            api = self._chosen(place.apis, request, revision)
            if api is not None:
                operation, parameters = api.operation(request, place.segments) or (None, {})
                found = Match(api, place.rest, place.segments, operation, parameters)
                if self._by_path_alone and operation is not None and api.is_found_by_path(request, place.segments):
                    _keep(self._matches, (request.method, request.url.path), found, len(request.url.path))
                return found
        return None

    def _places(self, path: str) -> Sequence[_Place]:
        """Return where a path leads to, the longest API path first. Callers ask for the same few again and again."""
        found = self._kept.get(path)
        if found is None:
            found = list(self._found(path))
            _keep(self._kept, path, found, len(path))
        return found

    def _found(self, path: str) -> Iterator[_Place]:
        segments, lower = path.split("/")[1:], path.lower().split("/")[1:]
        for depth in range(min(len(segments), self._depth), -1, -1):
            apis = self._by_path.get("/".join(lower[:depth]))
            if apis:
                below = segments[depth:]
                rest = "/" + "/".join(below)
                yield _Place(apis, rest, tuple(below[:-1] if below and not below[-1] else below))

    @staticmethod
    def _chosen(apis: Sequence[ApiRoute], request: Request, revision: str | None) -> ApiRoute | None:
        for api in apis:
            fits = api.is_current if revision is None else api.entity.revision == revision
            if fits and api.is_version(request):
                return api
        return None


def _keep(kept: dict[K, V], key: K, value: V, length: int) -> None:
    """Remember a value; callers choose the keys, so neither their number nor their length may grow without end."""
    if length <= LONGEST_KEPT:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[key] = value


def _operation_route(resource: Resource) -> OperationRoute:
    entity = operation_entity(resource)
    return OperationRoute(resource.id, entity, Template.parse(entity.url_template))
