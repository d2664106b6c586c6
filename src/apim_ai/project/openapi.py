"""Operations of an API from its OpenAPI 3 document, as ARM has them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from apim_ai.config import raise_all
from apim_ai.errors import ConfigError
from apim_ai.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.config.yaml import Located, Path

__all__ = ["operations_of"]

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_ID = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_\-]{0,78}[A-Za-z0-9])?\Z")
_PLACE = re.compile(r"\{([^{}]+)\}")
_REFERENCE = "#/components/parameters/"

Object = dict[str, Any]


def operations_of(document: Located, api: str) -> Iterator[Resource]:
    """Yield the operations of a document, in its order.

    Raises:
        ConfigError: no OpenAPI 3, or operations without an id, with an id twice, or with unknown parameters.
    """
    content = document.value
    if not isinstance(content, dict) or not str(cast("Object", content).get("openapi", "")).startswith("3."):
        raise ConfigError("not an OpenAPI 3 document", span=document.span(), help='it begins with "openapi: 3.0.3"')
    problems: list[ConfigError] = []
    seen: set[str] = set()
    operations: list[Resource] = []
    for template, method, path in _places(cast("Object", content)):
        try:
            operation = _Operation(document, cast("Object", content), template, method, path)
            name = operation.name()
            if name in seen:
                raise document.error(f'the operationId "{name}" stands here twice', (*path, "operationId"))
            seen.add(name)
            id_ = f"apis/{api}/operations/{name}"
            operations.append(Resource("operation", id_, operation.properties(), document.key_span(path)))
        except ConfigError as error:
            problems.append(error)
    raise_all(problems)
    yield from operations


def _places(content: Object) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield URL template, method and place of each operation."""
    for template, item in _object(content.get("paths")).items():
        for method in _object(item):
            if method in _METHODS:
                yield template, method, ("paths", template, method)


def _object(value: object) -> Object:
    """Return a mapping, or an empty one for anything else."""
    return cast("Object", value) if isinstance(value, dict) else {}


class _Operation:
    """One operation of a document."""

    def __init__(self, document: Located, content: Object, template: str, method: str, path: Path) -> None:
        self._document = document
        self._content = content
        self._template = template
        self._method = method
        self._path = path
        item: Object = content["paths"][template]
        own = item[method]
        if not isinstance(own, dict):
            raise document.error("an operation is a mapping", path)
        self._own = cast("Object", own)
        self._parameters = [self._resolved(p) for p in (*item.get("parameters", ()), *self._own.get("parameters", ()))]

    def name(self) -> str:
        """Return the operation's id."""
        name = self._own.get("operationId")
        if not isinstance(name, str) or not _ID.match(name):
            message = "an operation needs an operationId of letters, digits, - and _"
            raise self._document.error(message, (*self._path, "operationId"))
        return name

    def properties(self) -> dict[str, Any]:
        """Return the operation as ARM has it."""
        properties: dict[str, Any] = {
            "displayName": str(self._own.get("summary") or self.name()),
            "method": self._method.upper(),
            "urlTemplate": self._template,
            "templateParameters": self._template_parameters(),
            "responses": [self._response(str(s), _object(r)) for s, r in _object(self._own.get("responses")).items()],
        }
        if self._own.get("description"):
            properties["description"] = str(self._own["description"]).strip()
        request = self._request()
        if request:
            properties["request"] = request
        return properties

    def _template_parameters(self) -> list[dict[str, Any]]:
        declared = {p["name"]: p for p in self._parameters if p.get("in") == "path"}
        names = _PLACE.findall(self._template)
        missing = [name for name in names if name not in declared]
        if missing:
            raise self._document.error(f'the path parameter "{missing[0]}" is not declared', self._path)
        return [self._parameter(declared[name], required=True) for name in names]

    def _parameter(self, parameter: Mapping[str, Any], *, required: bool) -> dict[str, Any]:
        schema = _object(parameter.get("schema"))
        result: dict[str, Any] = {"name": parameter["name"], "type": schema.get("type", "string"), "required": required}
        if parameter.get("description"):
            result["description"] = str(parameter["description"]).strip()
        return result

    def _request(self) -> dict[str, Any]:
        request: dict[str, Any] = {}
        for place, key in (("query", "queryParameters"), ("header", "headers")):
            found = [p for p in self._parameters if p.get("in") == place]
            if found:
                request[key] = [self._parameter(p, required=bool(p.get("required"))) for p in found]
        content = _object(_object(self._own.get("requestBody")).get("content"))
        if content:
            request["representations"] = [{"contentType": kind} for kind in content]
        return request

    def _response(self, status: str, response: Mapping[str, Any]) -> dict[str, Any]:
        content = _object(response.get("content"))
        result: dict[str, Any] = {"statusCode": int(status) if status.isdigit() else 200}
        if response.get("description"):
            result["description"] = str(response["description"]).strip()
        if content:
            result["representations"] = [self._representation(kind, _object(media)) for kind, media in content.items()]
        return result

    def _representation(self, kind: str, media: Mapping[str, Any]) -> dict[str, Any]:
        result: dict[str, Any] = {"contentType": kind}
        if "example" in media:
            result["examples"] = {"default": {"value": media["example"]}}
        return result

    def _resolved(self, parameter: object) -> Object:
        """Return a parameter, also where it is a reference to a component."""
        found = _object(parameter)
        reference = str(found.get("$ref", ""))
        if reference.startswith(_REFERENCE):
            components = _object(_object(self._content.get("components")).get("parameters"))
            found = _object(components.get(reference.removeprefix(_REFERENCE)))
        if "name" not in found:
            raise self._document.error(f'the parameter "{reference or parameter}" is not defined', self._path)
        return found
