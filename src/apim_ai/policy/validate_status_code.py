"""`validate-status-code`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import (
    VARIABLE_NAME,
    Item,
    Policy,
    Value,
    attribute,
    children,
    integer,
    item,
    literal,
    policy,
)
from apim_ai.family.api_schema import response_of
from apim_ai.family.validation import ACTION, Action, Invalid, conclude

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["StatusCode", "ValidateStatusCode"]


@item("status-code")
class StatusCode(Item):
    """What becomes of one status."""

    code: int = literal(integer())
    action: Value[Action] = attribute(ACTION)


@policy(
    "validate-status-code",
    sections=("outbound", "on-error"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    once="section",
    page="validate-status-code-policy",
)
class ValidateStatusCode(Policy):
    """Check that the operation describes the response's status."""

    unspecified_status_code_action: Value[Action] = attribute(ACTION)
    errors_variable_name: str | None = literal(VARIABLE_NAME, default=None)
    status_code: tuple[StatusCode, ...] = children(StatusCode)

    def run(self, exchange: Exchange, /) -> None:
        """Compare with the statuses that the operation describes."""
        response, context = exchange.response, exchange.context
        if response is None:
            return
        if response_of(exchange, response.status):
            return
        own = next((each for each in self.status_code if each.code == response.status), None)
        action = self.unspecified_status_code_action(context) if own is None else own.action(context)
        if action == "ignore":
            return
        message = f"Response status code {response.status} is not allowed."
        found = Invalid(str(response.status), "StatusCode", "Unspecified", message, action)
        conclude(self, exchange, [found], self.errors_variable_name)
