"""`set-body`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from apim_ai.definition import (
    ALL_SECTIONS,
    BOOLEAN,
    Policy,
    Value,
    at_most_one,
    attribute,
    choice,
    content,
    literal,
    policy,
    texts,
)
from apim_ai.expression import ExpressionSettings
from apim_ai.family.bodies import BODY, content_of, forget_length, message_of, replace_content
from apim_ai.family.liquid_values import body_value, context_value
from apim_ai.message import Body
from apim_ai.runtime import LiquidError, PolicyError

if TYPE_CHECKING:
    from apim_ai.message import Request, Response
    from apim_ai.runtime import Callout, Exchange

__all__ = ["SetBody"]


@policy(
    "set-body",
    at_most_one("#text", "value"),
    sections=ALL_SECTIONS,
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    page="set-body-policy",
    settings=("named_values.liquid",),
    approximated="Liquid templates are rendered by python-liquid, not DotLiquid",
)
class SetBody(Policy):
    """Replace the body of the request (inbound, backend) or response (outbound, on-error).

    Content-Length follows, Content-Type stays. A byte array is sent as it is, anything else as text in UTF-8.
    """

    template: Literal["liquid", "none"] | None = literal(choice("liquid", "none"), default=None)
    xsi_nil: Literal["blank", "null"] = literal(choice("blank", "null"), default="blank")
    parse_date: bool = literal(BOOLEAN, default=True)
    html_decode_expression: Value[bool] | None = attribute(
        BOOLEAN, default=None, expressions="undocumented", documented=False
    )
    value: tuple[Value[str | bytes], ...] = texts("value", BODY, at_most=1)
    text: Value[str | bytes] = content(BODY, default="", markup=True)

    async def run(self, exchange: Exchange, /) -> None:
        """Replace the body of the message that belongs to the section."""
        message = message_of(exchange)
        if message is not None:
            await replace_content(message, await self._content_from(exchange, message))

    def apply(self, exchange: Exchange, response: Response) -> None:
        """Give a response that is being made its body; a Liquid template inside sees no body."""
        response.body = Body(self.new_content(exchange, b"", ""))
        forget_length(response.headers)

    async def change_callout(self, exchange: Exchange, callout: Callout) -> None:
        """Give a request that is being made its body."""
        message = message_of(exchange) or exchange.request
        callout.body = Body(await self._content_from(exchange, message))
        forget_length(callout.headers)

    async def _content_from(self, exchange: Exchange, message: Request | Response) -> bytes:
        """Return the bytes of the new body; only Liquid reads that of the message by itself."""
        old = await content_of(exchange, message) if self.template == "liquid" else b""
        return self.new_content(exchange, old, message.headers.get("Content-Type") or "")

    def new_content(self, exchange: Exchange, old: bytes, content_type: str) -> bytes:
        """Return the bytes of the new body.

        Args:
            exchange: the exchange.
            old: what a Liquid template sees as `body`.
            content_type: how it reads that.
        """
        if self.template == "liquid":
            return self._rendered(exchange, old, content_type).encode()
        source = self.value[0] if self.value else self.text
        content = source(exchange.context)
        return content if isinstance(content, bytes) else content.encode()

    def _rendered(self, exchange: Exchange, old: bytes, content_type: str) -> str:
        settings = ExpressionSettings(exchange.settings.dotnet_profile, exchange.settings.expressions_culture)
        nil = None if self.xsi_nil == "null" else ""
        try:
            body = body_value(old, content_type, settings, parse_date=self.parse_date, nil=nil)
            values = {"body": body, "context": context_value(exchange, settings)}
            source = self.value[0] if self.value else self.text
            template = source(exchange.context)
            return exchange.services.liquid.render(template if isinstance(template, str) else template.decode(), values)
        except (ValueError, RecursionError, LiquidError) as error:
            raise PolicyError(self.element_name, "LiquidTransformationFailed", str(error)) from error
