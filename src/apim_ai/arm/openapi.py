"""Imports OpenAPI documents: operations and schemas as the service makes them of paths and components.

Source: the page "API import restrictions": how operation ids become resource names, display names, what is kept.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import yaml

from apim_ai.arm.entity import Change
from apim_ai.arm.refusal import Detail, Refusal, invalid
from apim_ai.resource import Resource
from apim_ai.resource.shape import is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from apim_ai.arm.entity import Entity
    from apim_ai.arm.store import Store

__all__ = ["FORMATS", "imported", "read"]

FORMATS = ("openapi", "openapi+json", "swagger-json")
"""The formats of documents that are sent themselves; links are not fetched."""

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_LONGEST_NAME = 76
_COMPONENTS = "application/vnd.oai.openapi.components+json"
_DEFINITIONS = "application/vnd.ms-azure-apim.swagger.definitions+json"
_WITHOUT_BODY = {"get", "head", "options"}  # whose bodies the service drops
_JSON = "application/json"
_MOST_NODES = 500_000  # a document of 4 MiB, the largest that is taken, has fewer
_DEPTH = 16  # a chain of references in a sane document is two or three long
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")

Json = Mapping[str, Any]


def read(text: str, format_: str) -> dict[str, Any]:
    """Return an OpenAPI or Swagger document, with `serviceUrl` where it names a server.

    Raises:
        Refusal: it cannot be read.
    """
    try:
        document: object = _load_yaml(text) if format_ == "openapi" else json.loads(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _unreadable(_first_line(error)) from error
    if not is_object(document):
        raise _unreadable("The document is not an object.")
    if format_ == "openapi" and _is_inflated(document):
        raise _unreadable("The document grows too large by its aliases.")
    content = dict(document)
    wanted = "swagger" if format_ == "swagger-json" else "openapi"
    if not isinstance(content.get(wanted), str):
        raise _unreadable(f"Required property '{wanted}' not found.")
    if not isinstance(content.get("paths", {}), dict):
        raise _unreadable("'paths' must be an object.")
    url = _service_url(content)
    return {**content, **({"serviceUrl": url} if url else {})}


def imported(api: str, document: Json, store: Store, *, keeps_queries: bool = False) -> Change:
    """Return the writes that turn a document into the operations and the schema of an API.

    Operations that the document no longer has are removed with all that belongs to them; the others keep their policies.
    A new operation takes over the policy of one that it replaces, which answered the same method and template.

    Args:
        api: the id of the API.
        document: what `read` returned.
        store: what is there.
        keeps_queries: whether required query parameters stay ones, instead of becoming part of the template.

    Raises:
        Refusal: two operations answer the same.
    """
    schema = _schema(api, document)
    operations = tuple(
        _operations(api, _Importer(document, schema.name if schema else None, keeps_queries=keeps_queries))
    )
    _check_signatures(operations)
    names = {operation.id.lower() for operation in operations}
    old = [operation for operation in store.children(f"{api}/operations") if operation.id.lower() not in names]
    gone = [name for entity in old for name in (entity.id, *(below.id for below in store.below(entity.id)))]
    policies = tuple(_inherited(operations, old, store))
    return Change((*((schema,) if schema else ()), *operations, *policies), tuple(gone))


def _signature(properties: Json) -> tuple[str, str]:
    return str(properties["method"]).upper(), _PLACEHOLDER.sub("{}", str(properties["urlTemplate"])).lower()


def _check_signatures(operations: Iterable[Resource]) -> None:
    """Check that no two operations answer the same, as seen in public reports.

    Raises:
        Refusal: two do.
    """
    found: dict[tuple[str, str], list[Resource]] = {}
    for operation in operations:
        found.setdefault(_signature(operation.properties), []).append(operation)
    for same in found.values():
        if len(same) > 1:
            first = same[0].properties
            signature = f"{first['method']} {first['urlTemplate']}"
            message = (
                f"Importing API has duplicate signature operations: {len(same)} operations with signature '{signature}'"
            )
            raise invalid(Detail("representation", message))


def _inherited(operations: Iterable[Resource], old: Iterable[Entity], store: Store) -> Iterator[Resource]:
    """Yield the policies of operations that go, for those that come in their place."""
    replaced = {_signature(entity.resource.properties): entity.id for entity in old}
    for operation in operations:
        before = replaced.get(_signature(operation.properties))
        policy = store.get(f"{before}/policies/policy") if before else None
        if policy is not None and store.get(operation.id) is None:
            yield replace(policy.resource, id=f"{operation.id}/policies/policy")


def _load_yaml(text: str) -> object:
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, loader)  # noqa: S506 - both are safe loaders; the one in C is there nearly everywhere


def _is_inflated(document: Json) -> bool:
    """Tell whether YAML's aliases make a document of millions of nodes out of a few lines."""
    waiting: list[object] = [document]
    for count in itertools.count(1):
        if not waiting:
            return False
        if count > _MOST_NODES:
            break
        node = waiting.pop()
        if is_object(node):
            waiting += node.values()
        elif is_list(node):
            waiting += node
    return True


def _unreadable(message: str) -> Refusal:
    return invalid(Detail("representation", f"Parsing error(s): {message}"))


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def _service_url(document: Json) -> str | None:
    servers = document.get("servers")
    if is_list(servers) and servers:
        urls = [str(_object(server).get("url", "")).rstrip("/") for server in servers]
        named = (url for scheme in ("https://", "http://") for url in urls if url.lower().startswith(scheme))
        return next(named, None)
    if document.get("host"):
        schemes = [str(scheme) for scheme in _objects(document.get("schemes"))] or ["https"]
        scheme = "https" if "https" in schemes else schemes[0]
        return f"{scheme}://{document['host']}{document.get('basePath', '')}".rstrip("/")
    return None


def _schema(api: str, document: Json) -> Resource | None:
    components = _object((_object(document.get("components"))).get("schemas"))
    definitions = _object(document.get("definitions"))
    if components:
        properties = {"contentType": _COMPONENTS, "document": {"components": {"schemas": components}}}
    elif definitions:
        properties = {"contentType": _DEFINITIONS, "document": {"definitions": definitions}}
    else:
        return None
    return Resource("api_schema", f"{api}/schemas/imported", properties)


def _operations(api: str, importer: _Importer) -> Iterator[Resource]:
    taken: set[str] = set()
    for path, item in _object(importer.document.get("paths")).items():
        path_item = importer.resolved(item)
        for method in _METHODS:
            if method in path_item:
                operation = _object(path_item[method])
                name = _unique(_normalised(str(operation.get("operationId") or f"{method}-{path}")), taken)
                properties = importer.operation(method, path, operation, path_item)
                yield Resource("operation", f"{api}/operations/{name}", properties)


def _normalised(name: str) -> str:
    """Return an operation id as a resource name: lower case, dashes for all else, at most 76 characters."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_LONGEST_NAME] or "operation"


def _unique(name: str, taken: set[str]) -> str:
    candidate, number = name, 0
    while candidate in taken:
        number += 1
        candidate = f"{name}-{number}"
    taken.add(candidate)
    return candidate


def _object(value: object) -> dict[str, Any]:
    return dict(value) if is_object(value) else {}


def _objects(value: object) -> list[Any]:
    return list(value) if is_list(value) else []


class _Importer:
    """Turns the operations of one document into properties."""

    def __init__(self, document: Json, schema: str | None, *, keeps_queries: bool = False) -> None:
        self.document = document
        self._schema = schema
        self._keeps_queries = keeps_queries

    def resolved(self, value: object) -> dict[str, Any]:
        """Return an object, following references within the document."""
        for _ in range(_DEPTH):
            found = _object(value)
            reference = found.get("$ref")
            if not isinstance(reference, str) or not reference.startswith("#/"):
                return found
            value = self._at(reference)
        return {}

    def operation(self, method: str, path: str, operation: Json, item: Json) -> dict[str, Any]:
        """Return the properties of an operation."""
        parameters = self._parameters(operation, item)
        template = [self._parameter(p) for p in parameters if p.get("in") == "path"]
        needed = [] if self._keeps_queries else [p for p in parameters if p.get("in") == "query" and p.get("required")]
        declared = {str(parameter["name"]) for parameter in template}
        template += [
            {"name": name, "type": "", "required": True, "values": []}
            for name in _PLACEHOLDER.findall(path)
            if name not in declared
        ]
        query = "&".join(f"{p.get('name', '')}={{{p.get('name', '')}}}" for p in needed)
        others = [parameter for parameter in parameters if parameter not in needed]
        return {
            "displayName": str(
                operation.get("summary") or operation.get("operationId") or f"{method.capitalize()} - {path}"
            )[:300],
            "method": method.upper(),
            "urlTemplate": f"{path}?{query}" if query else path,
            "description": str(operation.get("description") or "")[:1000],
            "templateParameters": [*template, *map(self._parameter, needed)],
            "request": self._request(method, operation, others),
            "responses": [
                self._response(code, self.resolved(response))
                for code, response in _object(operation.get("responses")).items()
                if str(code).isdigit()
            ],
        }

    def _at(self, reference: str) -> object:
        found: object = self.document
        for step in reference[2:].split("/"):
            found = _object(found).get(step.replace("~1", "/").replace("~0", "~"))
        return found

    def _parameter(self, parameter: Json) -> dict[str, Any]:
        schema = self.resolved(parameter.get("schema")) or dict(parameter)
        values = [str(value) for value in _objects(schema.get("enum"))]
        made: dict[str, Any] = {
            "name": str(parameter.get("name", "")),
            "type": str(schema.get("type") or "string"),
            "required": bool(parameter.get("required", parameter.get("in") == "path")),
            "values": values,
        }
        if parameter.get("description"):
            made["description"] = str(parameter["description"])
        if schema.get("default") is not None:
            made["defaultValue"] = str(schema["default"])
        return made

    def _parameters(self, operation: Json, item: Json) -> list[dict[str, Any]]:
        """Return the parameters of an operation; its own ones come instead of those of its path."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for each in (*_objects(operation.get("parameters")), *_objects(item.get("parameters"))):
            parameter = self.resolved(each)
            found.setdefault((str(parameter.get("name")), str(parameter.get("in"))), parameter)
        return list(found.values())

    def _request(self, method: str, operation: Json, parameters: list[dict[str, Any]]) -> dict[str, Any]:
        body = self.resolved(operation.get("requestBody")) or self._swagger_body(operation, parameters)
        if method in _WITHOUT_BODY:
            body = {}
        return {
            "queryParameters": [self._parameter(p) for p in parameters if p.get("in") == "query"],
            "headers": [self._parameter(p) for p in parameters if p.get("in") == "header"],
            "representations": self._representations(body),
            **({"description": str(body["description"])} if body.get("description") else {}),
        }

    def _response(self, code: str, response: Json) -> dict[str, Any]:
        headers = _object(response.get("headers"))
        return {
            "statusCode": int(code),
            "description": str(response.get("description") or ""),
            "representations": self._representations(response) or self._swagger_content(response),
            "headers": [self._parameter({"name": n, **self.resolved(header)}) for n, header in headers.items()],
        }

    def _swagger_body(self, operation: Json, parameters: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the body of a Swagger operation, which is one of its parameters, in OpenAPI's form."""
        nothing: dict[str, Any] = {}
        body = next((parameter for parameter in parameters if parameter.get("in") == "body"), nothing)
        kinds = _objects(operation.get("consumes")) or _objects(self.document.get("consumes")) or [_JSON]
        content = {str(kind): {"schema": body.get("schema")} for kind in kinds} if body else {}
        return {"content": content, "description": body.get("description")}

    def _swagger_content(self, response: Json) -> list[dict[str, Any]]:
        if not response.get("schema"):
            return []
        kinds = _objects(self.document.get("produces")) or [_JSON]
        return [self._representation(str(kind), {"schema": response["schema"]}) for kind in kinds]

    def _representations(self, holder: Json) -> list[dict[str, Any]]:
        content = _object(holder.get("content"))
        return [self._representation(kind, self.resolved(media)) for kind, media in content.items()]

    def _representation(self, content_type: str, media: Json) -> dict[str, Any]:
        made: dict[str, Any] = {"contentType": content_type}
        reference = _object(media.get("schema")).get("$ref")
        if isinstance(reference, str) and self._schema:
            made |= {"schemaId": self._schema, "typeName": reference.rsplit("/", 1)[-1]}
        examples = {name: self.resolved(example) for name, example in _object(media.get("examples")).items()}
        if media.get("example") is not None:
            examples = {"default": {"value": media["example"]}, **examples}
        if examples:
            made["examples"] = examples
        return made
