"""`set-body`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from apim_ai.definition import (
    ALL_SECTIONS,
    ANY,
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
from apim_ai.expression import to_text
from apim_ai.message import Body
from apim_ai.runtime import UnsupportedPolicyError

if TYPE_CHECKING:
    from apim_ai.message import Headers, Request, Response
    from apim_ai.runtime import Callout, Exchange

__all__ = ["SetBody"]


@policy(
    "set-body",
    at_most_one("#text", "value"),
    sections=ALL_SECTIONS,
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    page="set-body-policy",
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
    value: tuple[Value[object], ...] = texts("value", ANY, at_most=1)
    text: Value[object] = content(ANY, default="")

    async def run(self, exchange: Exchange, /) -> None:
        """Replace the body of the message that belongs to the section."""
        data = self.new_content(exchange)
        message: Request | Response | None = exchange.response if exchange.acts_on_response else exchange.request
        if message is not None:
            await _replace(message, data)

    def apply(self, exchange: Exchange, response: Response) -> None:
        """Give a response that is being made its body."""
        response.body = Body(self.new_content(exchange))
        _forget_length(response.headers)

    async def change_callout(self, exchange: Exchange, callout: Callout) -> None:
        """Give a request that is being made its body."""
        callout.body = Body(self.new_content(exchange))
        _forget_length(callout.headers)

    def new_content(self, exchange: Exchange) -> bytes:
        """Return the bytes of the new body."""
        if self.template == "liquid":
            raise UnsupportedPolicyError(self.element_name, "Liquid templates")
        source = self.value[0] if self.value else self.text
        content = source(exchange.context)
        if isinstance(content, (bytes, bytearray)):
            return bytes(content)
        return (to_text(content) or "").encode()


async def _replace(message: Request | Response, data: bytes) -> None:
    if message.body is not None:
        await message.body.discard()
    message.body = Body(data)
    _forget_length(message.headers)


def _forget_length(headers: Headers) -> None:
    headers.remove("Content-Length")
    headers.remove("Transfer-Encoding")
