"""`validate-content`."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any, Literal, cast

from apim_ai.definition import (
    BOOLEAN,
    TEXT,
    VARIABLE_NAME,
    Item,
    Policy,
    Value,
    attribute,
    child,
    children,
    choice,
    exactly_one,
    integer,
    item,
    literal,
    policy,
)
from apim_ai.family.api_schema import definitions_of, media_type, operation_of, response_of, schema_of
from apim_ai.family.bodies import content_of, message_of
from apim_ai.family.validation import ACTION, Action, Invalid, conclude
from apim_ai.family.xml import parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from apim_ai.message import Request, Response
    from apim_ai.runtime import Exchange

__all__ = ["Content", "ContentType", "ContentTypeMap", "ValidateContent"]

MAX_BYTES = 4 * 1024 * 1024
_COUNTED = 8 * MAX_BYTES
"""How far a body that is too large is measured: a few kilobytes may stand for gigabytes."""
_PIECE = 65536
INTERNAL = "The request could not be processed due to an internal error. Contact the API owner."


@item("type", exactly_one("from", "when"))
class ContentType(Item):
    """A content type that is checked as another."""

    from_: str | None = literal(TEXT, name="from", default=None)
    when: Value[bool] | None = attribute(BOOLEAN, default=None)
    to: str = literal(TEXT)


@item("content-type-map")
class ContentTypeMap(Item):
    """Content types as which others, or none at all, are checked."""

    any_content_type_value: str | None = literal(TEXT, default=None)
    missing_content_type_value: str | None = literal(TEXT, default=None)
    type: tuple[ContentType, ...] = children(ContentType)


@item("content")
class Content(Item):
    """How a content type is checked."""

    type: str | None = literal(TEXT, default=None, doc="the content type; by default any")
    validate_as: Literal["json", "xml", "soap"] = literal(choice("json", "xml", "soap"))
    action: Value[Action] = attribute(ACTION)
    schema_id: str | None = literal(TEXT, default=None)
    schema_ref: str | None = literal(TEXT, default=None)
    allow_additional_properties: bool | None = literal(BOOLEAN, default=None)
    case_insensitive_property_names: bool | None = literal(BOOLEAN, default=None)


@policy(
    "validate-content",
    sections=("inbound", "outbound", "on-error"),
    scopes=("global", "product", "api", "operation"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_scopes=("workspace",),
    maybe_gateways=("workspace",),
    once="section",
    page="validate-content-policy",
    ordered=True,
    approximated="XML is checked for well-formedness, not against a schema",
)
class ValidateContent(Policy):
    """Check size, content type and content of a body against the API's schemas."""

    unspecified_content_type_action: Value[Action] = attribute(ACTION)
    max_size: Value[int] = attribute(integer(0, MAX_BYTES), doc="bytes, decompressed")
    size_exceeded_action: Value[Action] = attribute(ACTION)
    errors_variable_name: str | None = literal(VARIABLE_NAME, default=None)
    content_type_map: ContentTypeMap | None = child(ContentTypeMap)
    content: tuple[Content, ...] = children(Content)

    async def run(self, exchange: Exchange, /) -> None:
        """Check the message that belongs to the section."""
        message = message_of(exchange)
        if message is None or message.body is None:
            return
        content, size = _decompressed(message, await content_of(exchange, message))
        if not content:
            return
        conclude(self, exchange, list(self._found(exchange, message, content, size)), self.errors_variable_name)

    def _found(self, exchange: Exchange, message: Request | Response, content: bytes, size: int) -> Iterator[Invalid]:
        context = exchange.context
        kind, whose = ("ResponseBody", "Response") if exchange.acts_on_response else ("RequestBody", "Request")
        limit, size_action = self.max_size(context), self.size_exceeded_action(context)
        if size > limit and size_action != "ignore":
            text = f"{whose}'s body is {size} bytes long and it exceeds the configured limit of {limit} bytes."
            yield Invalid("", kind, "SizeLimit", text, size_action, text.replace("configured ", ""))
            return
        name = self._content_type(exchange, message.headers.get("Content-Type"))
        described = _described(exchange)
        chosen = [each for each in self.content if each.type is None or media_type(each.type) == name]
        representation = next(
            (each for each in described if media_type(str(each.get("contentType", ""))) == name), None
        )
        if representation is None and not chosen:
            action = self.unspecified_content_type_action(context)
            if action != "ignore":
                text = f"Unspecified content type {name} is not allowed."
                yield Invalid(name, kind, "Unspecified", text, action)
            return
        for each in chosen[:1]:
            yield from self._checked(exchange, each, representation or {}, content, name)

    def _content_type(self, exchange: Exchange, given: str | None) -> str:
        """Return the content type to check as: `type` entries first, then the map's own values."""
        name = media_type(given or "")
        types = self.content_type_map
        if types is None:
            return name
        for each in types.type:
            matches_name = each.from_ is not None and name != "" and media_type(each.from_) == name
            if matches_name or (each.when is not None and each.when(exchange.context)):
                return media_type(each.to)
        if not name and types.missing_content_type_value is not None:
            return media_type(types.missing_content_type_value)
        if types.any_content_type_value is not None:
            return media_type(types.any_content_type_value)
        return name

    def _checked(
        self, exchange: Exchange, rule: Content, representation: Mapping[str, Any], content: bytes, name: str
    ) -> Iterator[Invalid]:
        action = rule.action(exchange.context)
        if action == "ignore":
            return
        kind, which = ("ResponseBody", "response") if exchange.acts_on_response else ("RequestBody", "request")
        definition = rule.schema_ref or str(representation.get("typeName") or representation.get("schemaId") or "")
        begin = f"Body of the {which} does not conform to the definition {definition or 'inline'}"
        end = f", which is associated with the content type {name}."
        if rule.validate_as != "json":
            problem = _xml_problem(content)
            if problem is not None:
                yield Invalid(name, kind, "IncorrectMessage", f"{begin}{end} {problem}", action)
            return
        schema = self._schema(exchange, rule, representation)
        if schema is None:
            missing = "API's schema does not exist or it could not be resolved."
            if definition:
                missing = f"API's schema does not contain definition {definition}{end}"
            rule_name = "MissingDefinition" if definition else ""
            yield Invalid(name, kind if definition else "ApiSchema", rule_name, missing, action, INTERNAL)
            return
        try:
            value: object = json.loads(content)
            problems = exchange.services.schemas.problems(*_adapted(rule, schema, value))
        except (ValueError, RecursionError) as error:
            problems = [str(error)]
        for problem in problems:
            yield Invalid(name, kind, "IncorrectMessage", f"{begin}{end} {problem}", action)

    def _schema(self, exchange: Exchange, rule: Content, representation: Mapping[str, Any]) -> Mapping[str, Any] | None:
        catalog = exchange.services.catalog
        if rule.schema_id is None:
            return schema_of(catalog, exchange.api_id, representation)
        definitions = definitions_of(catalog, exchange.api_id, rule.schema_id)
        if definitions is None:
            return None
        name = (rule.schema_ref or "").rsplit("/", 1)[-1]
        found = definitions.get(name)
        return cast("Mapping[str, Any]", found) if isinstance(found, dict) else None


def _described(exchange: Exchange) -> Sequence[Mapping[str, Any]]:
    if exchange.acts_on_response:
        described = response_of(exchange, exchange.response.status if exchange.response is not None else 0)
    else:
        described = cast("Mapping[str, Any]", operation_of(exchange).get("request") or {})
    return described.get("representations") or ()


def _decompressed(message: Request | Response, content: bytes) -> tuple[bytes, int]:
    """Return the content without its content coding, as much of it as any limit allows, and how long it is."""
    coding = (message.headers.get("Content-Encoding") or "").strip().lower()
    if coding not in ("gzip", "deflate"):
        return content, len(content)
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        plain = decoder.decompress(content, MAX_BYTES + 1)
        size = len(plain)
        while decoder.unconsumed_tail and size < _COUNTED:
            size += len(decoder.decompress(decoder.unconsumed_tail, _PIECE))
    except zlib.error:
        return content, len(content)
    return plain, size


def _xml_problem(content: bytes) -> str | None:
    try:
        parse_xml(content)
    except ValueError as error:
        return str(error)
    return None


def _adapted(rule: Content, schema: Mapping[str, Any], value: object) -> tuple[Mapping[str, Any], object]:
    """Return schema and value as the rule's two options want them compared."""
    adapted: object = schema
    if rule.allow_additional_properties is not None:
        adapted = _with_additional(adapted, allows=rule.allow_additional_properties)
    if rule.case_insensitive_property_names:
        adapted, value = _folded_schema(adapted), _folded(value)
    return cast("Mapping[str, Any]", adapted), value


def _with_additional(schema: object, *, allows: bool) -> object:
    if isinstance(schema, list):
        return [_with_additional(each, allows=allows) for each in cast("list[object]", schema)]
    if not isinstance(schema, dict):
        return schema
    members = cast("dict[str, object]", schema)
    changed = {name: _with_additional(each, allows=allows) for name, each in members.items()}
    if isinstance(members.get("properties"), dict):
        changed["additionalProperties"] = allows
    return changed


def _folded_schema(schema: object) -> object:
    if isinstance(schema, list):
        return [_folded_schema(each) for each in cast("list[object]", schema)]
    if not isinstance(schema, dict):
        return schema
    changed = {name: _folded_schema(each) for name, each in cast("dict[str, object]", schema).items()}
    if isinstance(changed.get("properties"), dict):
        properties = cast("dict[str, object]", changed["properties"])
        changed["properties"] = {name.lower(): each for name, each in properties.items()}
    if isinstance(changed.get("required"), list):
        changed["required"] = [str(name).lower() for name in cast("list[object]", changed["required"])]
    return changed


def _folded(value: object) -> object:
    if isinstance(value, list):
        return [_folded(each) for each in cast("list[object]", value)]
    if isinstance(value, dict):
        return {name.lower(): _folded(each) for name, each in cast("dict[str, object]", value).items()}
    return value
