"""`validate-headers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from apim_ai.definition import TEXT, VARIABLE_NAME, Item, Policy, Value, attribute, children, item, literal, policy
from apim_ai.family.api_schema import response_of
from apim_ai.family.validation import ACTION, Action, Invalid, conclude, value_problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from apim_ai.message import Response
    from apim_ai.runtime import Exchange

__all__ = ["HeaderAction", "ValidateHeaders"]


@item("header")
class HeaderAction(Item):
    """What becomes of one header."""

    name: str = literal(TEXT)
    action: Value[Action] = attribute(ACTION)


@policy(
    "validate-headers",
    sections=("outbound", "on-error"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    once="section",
    page="validate-headers-policy",
)
class ValidateHeaders(Policy):
    """Check that the operation describes the response's headers and that their values fit."""

    specified_header_action: Value[Action] = attribute(ACTION)
    unspecified_header_action: Value[Action] = attribute(ACTION)
    errors_variable_name: str | None = literal(VARIABLE_NAME, default=None)
    header: tuple[HeaderAction, ...] = children(HeaderAction)

    def run(self, exchange: Exchange, /) -> None:
        """Compare with the headers that the operation describes."""
        if exchange.response is not None:
            conclude(self, exchange, list(self._found(exchange, exchange.response)), self.errors_variable_name)

    def _found(self, exchange: Exchange, response: Response) -> Iterator[Invalid]:
        context = exchange.context
        described = self._described(exchange, response.status)
        own = {each.name.lower(): each.action for each in self.header}
        for name in response.headers.names():
            definition = described.get(name.lower())
            if definition is None and name.lower() in _OF_EVERY_RESPONSE and name.lower() not in own:
                continue
            default = self.unspecified_header_action if definition is None else self.specified_header_action
            action = own.get(name.lower(), default)(context)
            if action == "ignore":
                continue
            if definition is None:
                message = f"Unspecified header {name} is not allowed."
                yield Invalid(name, "ResponseHeader", "Unspecified", message, action)
                continue
            problem = value_problem(definition, response.headers.get(name) or "")
            if problem is not None:
                message = f"Value of the header {name} does not conform to the definition. {problem}"
                yield Invalid(name, "ResponseHeader", "IncorrectMessage", message, action)

    def _described(self, exchange: Exchange, status: int) -> dict[str, Mapping[str, Any]]:
        chosen = response_of(exchange, status)
        headers = cast("Sequence[Mapping[str, Any]]", chosen.get("headers") or ())
        return {str(each.get("name", "")).lower(): each for each in headers}


_OF_EVERY_RESPONSE = frozenset({"content-type", "content-length", "transfer-encoding", "connection", "date"})
"""What no definition can name (OpenAPI ignores one of Content-Type) and no server leaves out."""
