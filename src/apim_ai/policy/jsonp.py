"""`jsonp`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.definition import TEXT, Policy, literal, policy
from apim_ai.family.bodies import content_of, content_type_of, is_json, replace_content
from apim_ai.runtime import PolicyError

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["Jsonp"]

STATUS = 400
_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*(\.[A-Za-z_$][A-Za-z0-9_$]*)*")


@policy(
    "jsonp",
    sections=("outbound",),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    once="section",
    page="jsonp-policy",
)
class Jsonp(Policy):
    """Wrap a JSON response into a call of the function that the caller names in the query."""

    callback_parameter_name: str = literal(TEXT)

    async def run(self, exchange: Exchange, /) -> None:
        """Wrap the response where a callback is asked for."""
        response = exchange.response
        names = exchange.context.original_url.query.get(self.callback_parameter_name)
        if response is None or not names:
            return
        callback = names[0]
        if not _IDENTIFIER.fullmatch(callback):
            name = self.callback_parameter_name
            message = f"Value of callback parameter {name} is not a valid JavaScript identifier."
            raise PolicyError(self.element_name, "CallbackParameterInvalid", message, STATUS)
        if not is_json(content_type_of(response)):
            exchange.note("the response is not JSON")
            return
        content = await content_of(exchange, response)
        await replace_content(response, callback.encode() + b"(" + content + b")")
        response.headers.set("Content-Type", "application/javascript")
