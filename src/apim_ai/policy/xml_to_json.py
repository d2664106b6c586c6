"""`xml-to-json`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from apim_ai.definition import BOOLEAN, Policy, Value, attribute, choice, policy
from apim_ai.family.bodies import content_of, content_type_of, is_json, is_xml, message_of, replace_content
from apim_ai.family.transform import asks_for
from apim_ai.family.xml_json import JsonOptions, json_of_xml
from apim_ai.runtime import PolicyError

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["XmlToJson"]


@policy(
    "xml-to-json",
    sections=("inbound", "outbound", "on-error"),
    page="xml-to-json-policy",
    settings=("transform.xml_json_mapping",),
)
class XmlToJson(Policy):
    """Turn an XML body into JSON."""

    kind: Value[Literal["javascript-friendly", "direct"]] = attribute(
        choice("javascript-friendly", "direct"), doc="whether names keep marks and prefixes (direct)"
    )
    apply: Value[Literal["always", "content-type-xml"]] = attribute(
        choice("always", "content-type-xml"), doc="whether the Content-Type must be XML"
    )
    consider_accept_header: Value[bool] = attribute(
        BOOLEAN, default=True, doc="only where the request's Accept asks for JSON"
    )
    always_array_child_elements: Value[bool] = attribute(BOOLEAN, default=False, doc="child elements always are lists")
    preserve_whitespace_nodes: Value[bool] | None = attribute(
        BOOLEAN, default=None, expressions="undocumented", documented=False
    )
    empty_values: Value[Literal["preserve", "as-null"]] | None = attribute(
        choice("preserve", "as-null"), default=None, expressions="undocumented", documented=False
    )
    trim_values: Value[bool] | None = attribute(BOOLEAN, default=None, expressions="undocumented", documented=False)

    async def run(self, exchange: Exchange, /) -> None:
        """Turn the message that belongs to the section."""
        context, message = exchange.context, message_of(exchange)
        if message is None:
            return
        if self.apply(context) == "content-type-xml" and not is_xml(content_type_of(message)):
            exchange.note("the content is not XML")
            return
        if self.consider_accept_header(context) and not asks_for(exchange, is_json):
            exchange.note("Accept does not ask for JSON")
            return
        content = await content_of(exchange, message)
        if not content.strip():
            return
        is_simple = self.kind(context) == "javascript-friendly"
        options = JsonOptions(
            is_simple or exchange.settings.transform_xml_json_mapping == "simple",
            self.always_array_child_elements(context),
            self.preserve_whitespace_nodes is not None and self.preserve_whitespace_nodes(context),
        )
        try:
            value = json_of_xml(content, options)
        except ValueError as error:
            raise PolicyError(self.element_name, "XmlInvalid", f"The content is not XML: {error}") from error
        await replace_content(message, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
        message.headers.set("Content-Type", "application/json")
