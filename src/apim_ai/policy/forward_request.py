"""`forward-request`."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from apim_ai.definition import BOOLEAN, INTEGER, Policy, Value, at_most_one, attribute, choice, integer, literal, policy
from apim_ai.runtime import ForwardOptions, PolicyError

if TYPE_CHECKING:
    from apim_ai.expression.context import Context
    from apim_ai.runtime import Exchange

__all__ = ["ForwardRequest"]

FIRST_ERROR_STATUS, LAST_ERROR_STATUS = 400, 599


@policy(
    "forward-request",
    at_most_one("timeout", "timeout-ms"),
    sections=("backend",),
    scopes=("global", "product", "api", "operation"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_scopes=("workspace",),
    maybe_gateways=("workspace",),
    once="section",
    page="forward-request-policy",
    settings=(
        "breaker",
        "pool",
        "forward.replay_unbuffered",
        "errors.connection_status",
        "errors.timeout_status",
        "gateway.units",
    ),
    approximated="HTTP/1.1 is spoken whatever http-version says, and continue-timeout is not waited for",
)
class ForwardRequest(Policy):
    """Send the request to the backend; without it there is no backend call."""

    timeout: Value[int] = attribute(integer(minimum=0), default=300, doc="seconds until the response headers are there")
    timeout_ms: Value[int] | None = attribute(integer(minimum=0), default=None, doc="the same in milliseconds")
    continue_timeout: Value[int] | None = attribute(INTEGER, default=None, doc="seconds to wait for 100 Continue")
    http_version: str = literal(choice("1", "2or1", "2"), default="1", doc="HTTP version to the backend")
    follow_redirects: Value[bool] = attribute(BOOLEAN, default=False, doc="whether redirects are followed")
    buffer_request_body: bool = literal(BOOLEAN, default=False, doc="whether the body is kept for another attempt")
    buffer_response: bool = literal(
        BOOLEAN, default=True, doc="false for server-sent events: every piece passes at once"
    )
    fail_on_error_status_code: bool = literal(BOOLEAN, default=False, doc="whether 400 to 599 go to on-error")

    async def run(self, exchange: Exchange, /) -> None:
        """Send the request; a response that an earlier attempt left is thrown away first."""
        if exchange.context.response is not None:
            await discard_response(exchange)
        response = await exchange.services.backends.forward(exchange, self._options(exchange))
        exchange.received += 1
        exchange.context.response = response
        for received in exchange.on_received:
            waiting = received(response)
            if waiting is not None:
                await waiting
        if self.fail_on_error_status_code and FIRST_ERROR_STATUS <= response.status <= LAST_ERROR_STATUS:
            message = f"The backend answered with status code {response.status}."
            raise PolicyError(
                self.element_name, "BackendErrorStatusCode", message, response.status, keeps_response=True
            )

    @cached_property
    def _is_fixed(self) -> bool:
        values = (self.timeout, self.timeout_ms, self.follow_redirects)
        return all(value is None or value.is_constant for value in values)

    @cached_property
    def _fixed(self) -> list[ForwardOptions]:
        """The options of the first exchange, where no expression is among them."""
        return []

    def _options(self, exchange: Exchange) -> ForwardOptions:
        if not self._is_fixed:
            return self._evaluated(exchange.context)
        if not self._fixed:
            self._fixed.append(self._evaluated(exchange.context))
        return self._fixed[0]

    def _evaluated(self, context: Context) -> ForwardOptions:
        timeout = self.timeout(context) if self.timeout_ms is None else self.timeout_ms(context) / 1000
        return ForwardOptions(
            timeout, self.follow_redirects(context), self.buffer_request_body, self.buffer_response, self.http_version
        )


async def discard_response(exchange: Exchange) -> None:
    """Throw away the response at hand, so that its connection is released and its taps learn about it."""
    response = exchange.context.response
    exchange.context.response = None
    if response is not None and response.body is not None:
        await response.body.discard()
