"""`get-authorization-context`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from apim_ai.definition import BOOLEAN, TEXT, VARIABLE_NAME, Policy, Value, attribute, choice, policy
from apim_ai.runtime import PolicyError

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["GetAuthorizationContext"]


@policy(
    "get-authorization-context",
    sections=("inbound",),
    scopes=("global", "product", "api", "operation"),
    gateways=("classic", "v2", "consumption"),
    maybe_scopes=("workspace",),
    page="get-authorization-context-policy",
    approximated="there is no credential manager: no connection is ever found",
)
class GetAuthorizationContext(Policy):
    """Get the token of a connection that the credential manager keeps.

    A laptop has no credential manager, so no connection is ever found: with `ignore-error` the variable is null,
    without it the request fails with 500, both as in Azure when there is no such connection.
    """

    provider_id: Value[str] = attribute(TEXT, doc="the credential provider")
    authorization_id: Value[str] = attribute(TEXT, doc="the connection")
    context_variable_name: Value[str] = attribute(VARIABLE_NAME, doc="gets the token and its claims")
    identity_type: Value[Literal["managed", "jwt"]] = attribute(choice("managed", "jwt"), default="managed")
    identity: Value[str] | None = attribute(TEXT, default=None, doc="a token, for the type jwt")
    ignore_error: Value[bool] = attribute(BOOLEAN, default=False)

    def run(self, exchange: Exchange, /) -> None:
        """Set the variable to null where errors are ignored.

        Raises:
            PolicyError: they are not.
        """
        provider, connection = self.provider_id(exchange.context), self.authorization_id(exchange.context)
        missing = f"the credential manager has no connection {connection!r} of the provider {provider!r}"
        if not self.ignore_error(exchange.context):
            raise PolicyError(self.element_name, "AuthorizationContextNotObtained", missing)
        exchange.note(f"{missing}; goes on with null")
        exchange.variables[self.context_variable_name(exchange.context)] = None
