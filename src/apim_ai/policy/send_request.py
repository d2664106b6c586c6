"""`send-request`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import BOOLEAN, VARIABLE_NAME, Value, attribute, integer, literal, policy
from apim_ai.expression import ResponseView
from apim_ai.family.callout import SendsRequest
from apim_ai.message import BodyTooLargeError
from apim_ai.runtime import BODY_LIMIT, PolicyError, WireError

if TYPE_CHECKING:
    from apim_ai.message import Response
    from apim_ai.runtime import Exchange

__all__ = ["SendRequest"]

FIRST_ERROR_STATUS = 400


@policy(
    "send-request",
    scopes=("global", "product", "api", "operation"),
    maybe_scopes=("workspace",),
    maybe_gateways=("workspace",),
    page="send-request-policy",
    ordered=True,
    leading=("mode", "response-variable-name"),
)
class SendRequest(SendsRequest):
    """Send a request and keep its response in a variable.

    A response with an error status is a response. Without any the policy fails, or the variable is null with
    `ignore-error`.
    """

    response_variable_name: str = literal(VARIABLE_NAME)
    timeout_ms: Value[int] | None = attribute(
        integer(), default=None, expressions="undocumented", documented=False, doc="the time limit in milliseconds"
    )
    ignore_error: bool = literal(BOOLEAN, default=False, doc="go on with null where there is no response")
    buffer_response: bool = literal(BOOLEAN, default=True, documented=False)
    fail_on_error_status_code: bool = literal(BOOLEAN, default=False, documented=False)

    async def run(self, exchange: Exchange, /) -> None:
        """Send, wait and keep the response."""
        try:
            response = await self._response(exchange)
        except PolicyError as error:
            if not self.ignore_error:
                raise
            exchange.note(f"{error.reason}: {error.message}; goes on with null")
            exchange.variables[self.response_variable_name] = None
            return
        exchange.note(f"status {response.status}")
        exchange.variables[self.response_variable_name] = ResponseView(response)

    def seconds(self, exchange: Exchange) -> float:
        """Return the time limit; milliseconds win."""
        if self.timeout_ms is not None:
            return self.timeout_ms(exchange.context) / 1000
        return super().seconds(exchange)

    async def _response(self, exchange: Exchange) -> Response:
        callout = await self.callout(exchange, "callout")
        exchange.note(f"{callout.method} {callout.url.scheme}://{callout.url.authority}{callout.url.path}")
        try:
            response = await exchange.services.wire.send(callout)
            if response.body is not None:
                await response.body.buffer(BODY_LIMIT)
        except WireError as error:
            reason = "Timeout" if error.kind == "timeout" else "BackendConnectionFailure"
            raise PolicyError(self.element_name, reason, str(error)) from error
        except BodyTooLargeError as error:
            raise PolicyError(self.element_name, "MessageBodyTooLarge", str(error)) from error
        if self.fail_on_error_status_code and response.status >= FIRST_ERROR_STATUS:
            message = f"The request was answered with status code {response.status}."
            raise PolicyError(self.element_name, "BackendErrorStatusCode", message)
        return response
