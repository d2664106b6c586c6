"""Exports an API as an OpenAPI or Swagger document, the way back of `openapi`.

The service puts the document into a blob and answers a link that is good for five minutes; so do we, in memory.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from apim_ai.arm.refusal import Detail, invalid
from apim_ai.resource.shape import is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from apim_ai.arm.entity import Entity
    from apim_ai.arm.world import World

__all__ = ["PATH", "Export", "Exports", "exported"]

PATH = "/exports/"
"""Where the documents are, followed by a key that nobody may guess; like a blob's signature it needs no token."""

_SECONDS = 300.0
_MOST = 100  # documents at a time
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_WITHOUT_BODY = {"GET", "HEAD", "DELETE", "TRACE"}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Export:
    """A document to be fetched.

    Args:
        content: its text.
        content_type: what it is.
        until: when the link ends, in seconds since 1970.
    """

    content: str
    content_type: str
    until: float


class Exports:
    """The documents that wait to be fetched, by key.

    Args:
        world: what there is.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._kept: dict[str, Export] = {}

    def put(self, content: str, content_type: str) -> str:
        """Keep a document for a while and return its key."""
        now = self._world.clock.now()
        alive = [(key, export) for key, export in self._kept.items() if export.until > now]
        key = self._world.make_key()
        self._kept = {**dict(alive[-_MOST:]), key: Export(content, content_type, now + _SECONDS)}
        return key

    def get(self, key: str) -> Export | None:
        """Return a document whose link is still good."""
        found = self._kept.get(key)
        return found if found is not None and found.until > self._world.clock.now() else None


def exported(api: Entity, world: World, format_: str) -> tuple[str, str, str]:
    """Return the name of a format in answers, the document of an API in it, and its content type.

    Raises:
        Refusal: the format is none, or one that is not written here.
    """
    known = _FORMATS.get(format_.lower())
    if known is None:
        listed = ", ".join(_FORMATS)
        raise invalid(Detail("format", f"The format '{format_}' is not one that can be exported here: {listed}."))
    answered, content_type, made = known
    return answered, made(api, world), content_type


def _yaml_of(api: Entity, world: World) -> str:
    return yaml.safe_dump(_openapi(api, world), sort_keys=False, allow_unicode=True)


def _json_of(api: Entity, world: World) -> str:
    return json.dumps(_openapi(api, world), ensure_ascii=False, indent=2)


def _swagger_of(api: Entity, world: World) -> str:
    return json.dumps(_swagger(api, world), ensure_ascii=False, indent=2)


_FORMATS: dict[str, tuple[str, str, Callable[[Entity, World], str]]] = {
    "openapi-link": ("openapi-link", "application/vnd.oai.openapi", _yaml_of),
    "openapi+json-link": ("openapi+json-link", "application/vnd.oai.openapi+json", _json_of),
    "swagger-link": ("swagger-link-json", "application/vnd.swagger.doc+json", _swagger_of),
}


def _openapi(api: Entity, world: World) -> Json:
    properties = api.resource.properties
    keys = _object(properties.get("subscriptionKeyParameterNames"))
    schemes = {
        "apiKeyHeader": {"type": "apiKey", "name": keys.get("header", "Ocp-Apim-Subscription-Key"), "in": "header"},
        "apiKeyQuery": {"type": "apiKey", "name": keys.get("query", "subscription-key"), "in": "query"},
    }
    components: Json = {"securitySchemes": schemes} if properties.get("subscriptionRequired") else {}
    schemas = _schemas(api, world)
    if schemas:
        components = {"schemas": schemas, **components}
    return {
        "openapi": "3.0.1",
        "info": _info(properties),
        "servers": [{"url": f"{world.gateway_url.rstrip('/')}/{properties.get('path', '')}".rstrip("/")}],
        "paths": _paths(api, world, _operation),
        **({"components": components} if components else {}),
        **({"security": [{name: []} for name in schemes]} if properties.get("subscriptionRequired") else {}),
    }


def _swagger(api: Entity, world: World) -> Json:
    properties = api.resource.properties
    scheme, _, host = world.gateway_url.partition("://")
    return {
        "swagger": "2.0",
        "info": _info(properties),
        "host": host.rstrip("/"),
        "basePath": f"/{properties.get('path', '')}",
        "schemes": [scheme],
        "paths": _paths(api, world, _swagger_operation),
        **({"definitions": schemas} if (schemas := _schemas(api, world)) else {}),
    }


def _info(properties: Mapping[str, Any]) -> Json:
    description = properties.get("description")
    return {
        "title": properties.get("displayName", ""),
        **({"description": description} if description else {}),
        "version": str(properties.get("apiVersion") or "1.0"),
    }


def _schemas(api: Entity, world: World) -> Json:
    found: Json = {}
    for schema in world.store.children(f"{api.id}/schemas"):
        document = _object(schema.resource.properties.get("document"))
        found |= _object(_object(document.get("components")).get("schemas") or document.get("definitions"))
    return found


def _paths(api: Entity, world: World, make: Callable[[Mapping[str, Any], str, str], Json]) -> Json:
    paths: Json = {}
    for entity in world.store.children(f"{api.id}/operations"):
        properties = entity.resource.properties
        path = str(properties.get("urlTemplate", "/")).partition("?")[0]
        method = str(properties.get("method", "GET")).upper()
        paths.setdefault(path, {})[method.lower()] = make(properties, entity.resource.name, method)
    return paths


def _operation(properties: Mapping[str, Any], name: str, method: str) -> Json:
    request = _object(properties.get("request"))
    parameters = [
        _parameter(parameter, place, {"schema": _schema_of(parameter)}) for parameter, place in _parameters(properties)
    ]
    content = _content(request)
    return {
        **_named(properties, name),
        **({"parameters": parameters} if parameters else {}),
        **({"requestBody": {"content": content}} if content and method not in _WITHOUT_BODY else {}),
        "responses": {
            code: {"description": description, **({"content": found} if (found := _content(response)) else {})}
            for code, description, response in _responses(properties)
        },
    }


def _swagger_operation(properties: Mapping[str, Any], name: str, method: str) -> Json:
    del method
    parameters = [_parameter(parameter, place, _schema_of(parameter)) for parameter, place in _parameters(properties)]
    return {
        **_named(properties, name),
        **({"parameters": parameters} if parameters else {}),
        "responses": {code: {"description": description} for code, description, _ in _responses(properties)},
    }


def _named(properties: Mapping[str, Any], name: str) -> Json:
    description = properties.get("description")
    return {
        "summary": properties.get("displayName", name),
        **({"description": description} if description else {}),
        "operationId": name,
    }


def _responses(properties: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    listed = [response for response in _list(properties.get("responses")) if is_object(response)]
    for response in listed:
        yield str(response.get("statusCode", 200)), str(response.get("description") or ""), response
    if not listed:
        yield "200", "", {}


def _parameters(properties: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    request = _object(properties.get("request"))
    in_path = {
        name.lstrip("*") for name in _PLACEHOLDER.findall(str(properties.get("urlTemplate", "")).partition("?")[0])
    }
    for parameter in _list(properties.get("templateParameters")):
        yield parameter, "path" if parameter.get("name") in in_path else "query"
    for parameter in _list(request.get("queryParameters")):
        yield parameter, "query"
    for parameter in _list(request.get("headers")):
        yield parameter, "header"


def _parameter(parameter: Mapping[str, Any], place: str, form: Json) -> Json:
    description = parameter.get("description")
    return {
        "name": parameter.get("name", ""),
        "in": place,
        **({"description": description} if description else {}),
        **({"required": True} if place == "path" or parameter.get("required") else {}),
        **form,
    }


def _schema_of(parameter: Mapping[str, Any]) -> Json:
    kind = str(parameter.get("type") or "string")
    values = [_typed(value, kind) for value in _list(parameter.get("values"))]
    default = parameter.get("defaultValue")
    return {
        "type": kind,
        **({"enum": values} if values else {}),
        **({"default": _typed(default, kind)} if default is not None else {}),
    }


def _typed(value: object, kind: str) -> object:
    """Return a value, which the service keeps as text, as what its type says it is."""
    try:
        return json.loads(str(value)) if kind in {"integer", "number", "boolean"} else value
    except ValueError:
        return value


def _content(holder: Mapping[str, Any]) -> Json:
    content: Json = {}
    for representation in _list(holder.get("representations")):
        schema = representation.get("typeName")
        examples = representation.get("examples")
        content[str(representation.get("contentType", "application/json"))] = {
            **({"schema": {"$ref": f"#/components/schemas/{schema}"}} if schema else {}),
            **({"examples": dict(examples)} if is_object(examples) and examples else {}),
        }
    return content


def _list(value: object) -> list[Any]:
    return list(value) if is_list(value) else []


def _object(value: object) -> Json:
    return dict(value) if is_object(value) else {}
