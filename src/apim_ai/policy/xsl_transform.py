"""`xsl-transform`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.definition import TEXT, Item, Policy, Value, children, content, item, literal, policy
from apim_ai.family.bodies import content_of, message_of, replace_content
from apim_ai.family.xml import parse_xml
from apim_ai.runtime import PolicyError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.runtime import Exchange

__all__ = ["Parameter", "XslTransform"]


@item("parameter")
class Parameter(Item):
    """A parameter of the stylesheet."""

    name: str = literal(TEXT)
    text: Value[str] = content(TEXT)


@policy(
    "xsl-transform",
    sections=("inbound", "outbound"),
    scopes=("global", "product", "api", "operation"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_scopes=("workspace",),
    maybe_gateways=("workspace",),
    page="xsl-transform-policy",
    approximated="libxslt runs XSLT 1.0 without Microsoft's extensions",
)
class XslTransform(Policy):
    """Transform an XML body by an XSL stylesheet (XSLT 1.0), which reads nothing but the body and its parameters."""

    parameter: tuple[Parameter, ...] = children(Parameter)
    stylesheet: Value[str] = content(TEXT, expressions="forbidden", markup=True, doc="the xsl:stylesheet element")

    async def run(self, exchange: Exchange, /) -> None:
        """Transform the message that belongs to the section."""
        message = message_of(exchange)
        content = b"" if message is None else await content_of(exchange, message)
        if message is None or not content.strip():
            return
        parameters = {each.name: each.text(exchange.context) for each in self.parameter}
        try:
            result = transform(self.stylesheet(exchange.context).strip(), content, parameters)
        except ValueError as error:
            raise PolicyError(self.element_name, "TransformationFailed", str(error)) from error
        await replace_content(message, result)


def transform(stylesheet: str, content: bytes, parameters: Mapping[str, str]) -> bytes:
    """Apply a stylesheet.

    Raises:
        ValueError: stylesheet or content are not XML, or the transformation failed.
    """
    from lxml import etree  # noqa: PLC0415 - 20 ms, and few documents transform XML

    control: Any = etree.XSLTAccessControl  # its stub lacks the constant
    try:
        sheet = etree.XSLT(parse_xml(stylesheet), access_control=control.DENY_ALL)
        texts: dict[str, Any] = {name: etree.XSLT.strparam(value) for name, value in parameters.items()}
        return bytes(sheet(parse_xml(content), **texts))
    except (etree.XSLTParseError, etree.XSLTApplyError) as error:
        raise ValueError(f"The transformation failed: {error}") from None
