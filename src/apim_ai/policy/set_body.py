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
from apim_ai.family.bodies import BODY, forget_length, message_of, replace_content
from apim_ai.message import Body
from apim_ai.runtime import UnsupportedPolicyError

if TYPE_CHECKING:
    from apim_ai.message import Response
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
    value: tuple[Value[str | bytes], ...] = texts("value", BODY, at_most=1)
    text: Value[str | bytes] = content(BODY, default="", markup=True)

    async def run(self, exchange: Exchange, /) -> None:
        """Replace the body of the message that belongs to the section."""
        data = self.new_content(exchange)
        message = message_of(exchange)
        if message is not None:
            await replace_content(message, data)

    def apply(self, exchange: Exchange, response: Response) -> None:
        """Give a response that is being made its body."""
        response.body = Body(self.new_content(exchange))
        forget_length(response.headers)

    async def change_callout(self, exchange: Exchange, callout: Callout) -> None:
        """Give a request that is being made its body."""
        callout.body = Body(self.new_content(exchange))
        forget_length(callout.headers)

    def new_content(self, exchange: Exchange) -> bytes:
        """Return the bytes of the new body."""
        if self.template == "liquid":
            raise UnsupportedPolicyError(self.element_name, "Liquid templates")
        source = self.value[0] if self.value else self.text
        content = source(exchange.context)
        return content if isinstance(content, bytes) else content.encode()
