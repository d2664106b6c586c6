"""`return-response`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import ALL_SECTIONS, VARIABLE_NAME, Policy, literal, policies, policy
from apim_ai.expression import ResponseView
from apim_ai.family.response import ChangesResponse, StandsForFragment
from apim_ai.message import Body, Response
from apim_ai.runtime import PolicyError, Respond

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.runtime import Exchange, Runnable

__all__ = ["ReturnResponse"]


@policy(
    "return-response",
    sections=ALL_SECTIONS,
    scopes=("global", "product", "api", "operation"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_scopes=("workspace",),
    maybe_gateways=("workspace",),
    page="return-response-policy",
    ordered=True,
)
class ReturnResponse(Policy):
    """End the pipeline and send a response: 200 and empty, or that of a variable, changed by the elements inside."""

    response_variable_name: str | None = literal(
        VARIABLE_NAME, default=None, doc="a variable that holds the response of send-request"
    )
    policies: tuple[Policy, ...] = policies(
        only=("set-status", "set-header", "set-body"), also=("include-fragment",), once=("set-status", "set-body")
    )

    async def run(self, exchange: Exchange, /) -> Respond:
        """Make the response; expressions inside still see the exchange's own response, not the one being made."""
        response = self._start(exchange)
        for change in self._changes(exchange):
            await exchange.buffer(change.reads)
            if isinstance(change, ChangesResponse):
                change.apply(exchange, response)
        return Respond(response)

    def _changes(self, exchange: Exchange) -> Iterator[Runnable]:
        """Yield the elements inside, and for a fragment those in it: it is put in as text."""
        for change in self.policies:
            if isinstance(change, StandsForFragment):
                yield from exchange.services.fragments.policies(change.fragment_id, exchange.section)
            else:
                yield change

    def _start(self, exchange: Exchange) -> Response:
        if self.response_variable_name is None:
            return Response(200)
        value = exchange.variables.get(self.response_variable_name)
        if value is None:  # the editor's own snippet names a variable that hardly any document sets
            exchange.note(f"the variable '{self.response_variable_name}' is not set; starts with 200")
            return Response(200)
        if not isinstance(value, ResponseView):
            message = f"the variable '{self.response_variable_name}' holds no response"
            raise PolicyError(self.element_name, "ResponseVariableNotFound", message)
        given = value.response
        body = None if given.body is None else Body(b"" if given.body.consumed else given.body.content or b"")
        return Response(given.status, given.reason, given.headers.copy(), body)
