"""`json-to-xml`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from apim_ai.definition import BOOLEAN, CHARACTER, TEXT, Policy, Value, attribute, choice, literal, policy
from apim_ai.family.bodies import content_of, content_type_of, decode, is_json, is_xml, message_of, replace_content
from apim_ai.family.transform import asks_for
from apim_ai.family.xml_json import XmlOptions, xml_of_json
from apim_ai.runtime import PolicyError

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["JsonToXml"]


@policy(
    "json-to-xml",
    sections=("inbound", "outbound", "on-error"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    page="json-to-xml-policy",
    settings=("transform.xml_json_mapping",),
)
class JsonToXml(Policy):
    """Turn a JSON body into XML."""

    apply: Value[Literal["always", "content-type-json"]] = attribute(
        choice("always", "content-type-json"), doc="whether the Content-Type must be JSON"
    )
    consider_accept_header: Value[bool] = attribute(
        BOOLEAN, default=True, doc="only where the request's Accept asks for XML"
    )
    parse_date: bool = literal(BOOLEAN, default=True)
    namespace_separator: Value[str] = attribute(CHARACTER, default="_", doc="parts prefix and local name")
    namespace_prefix: Value[str] | None = attribute(TEXT, default=None, doc="members with it declare namespaces")
    attribute_block_name: Value[str] | None = attribute(TEXT, default=None, doc="the member that holds attributes")
    attribute_prefix: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented", documented=False)
    namespace_block_name: Value[str] | None = attribute(
        TEXT, default=None, expressions="undocumented", documented=False
    )
    invalid_character_replacement: Value[str] | None = attribute(
        TEXT, default=None, expressions="undocumented", documented=False
    )
    null_values: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented", documented=False)
    trim_values: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented", documented=False)
    empty_values: Value[Literal["preserve", "as-null"]] | None = attribute(
        choice("preserve", "as-null"), default=None, expressions="undocumented", documented=False
    )

    async def run(self, exchange: Exchange, /) -> None:
        """Turn the message that belongs to the section."""
        context, message = exchange.context, message_of(exchange)
        if message is None:
            return
        if self.apply(context) == "content-type-json" and not is_json(content_type_of(message)):
            exchange.note("the content is not JSON")
            return
        if self.consider_accept_header(context) and not asks_for(exchange, is_xml):
            exchange.note("Accept does not ask for XML")
            return
        content = await content_of(exchange, message)
        if not content.strip():
            return
        try:
            value: object = json.loads(decode(message, content))
        except (ValueError, RecursionError) as error:
            raise PolicyError(self.element_name, "JsonInvalid", f"The content is not JSON: {error}") from error
        await replace_content(message, xml_of_json(value, self._options(exchange)).encode())
        message.headers.set("Content-Type", "application/xml")

    def _options(self, exchange: Exchange) -> XmlOptions:
        context = exchange.context

        def text(value: Value[str] | None, default: str = "") -> str:
            return default if value is None else value(context)

        mark = "@" if exchange.settings.transform_xml_json_mapping == "newtonsoft" else ""
        return XmlOptions(
            self.namespace_separator(context)[:1] or "_",
            text(self.namespace_prefix),
            text(self.attribute_block_name),
            text(self.attribute_prefix, mark),
            self.parse_date,
        )
