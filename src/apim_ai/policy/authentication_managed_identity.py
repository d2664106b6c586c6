"""`authentication-managed-identity`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import BOOLEAN, GUID, TEXT, VARIABLE_NAME, Policy, Value, attribute, literal, policy
from apim_ai.runtime import IdentityError, PolicyError

if TYPE_CHECKING:
    from apim_ai.message import Headers
    from apim_ai.runtime import Callout, Exchange

__all__ = ["AuthenticationManagedIdentity"]


@policy(
    "authentication-managed-identity",
    sections=("inbound",),
    scopes=("global", "product", "api", "operation"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_scopes=("workspace",),
    maybe_gateways=("workspace",),
    page="authentication-managed-identity-policy",
    settings=(
        "mi.failure_status",
        "mi.set_header_with_variable",
    ),
    maybe_sections=("outbound",),
)
class AuthenticationManagedIdentity(Policy):
    """Authenticate to the backend with a token of the gateway's managed identity.

    Without `output-token-variable-name` the token becomes the request's `Authorization`; a later policy that reads the
    header sees this token, not the caller's.
    """

    resource: Value[str] = attribute(TEXT, doc="for which resource, such as https://cognitiveservices.azure.com")
    client_id: Value[str] | None = attribute(
        GUID,
        default=None,
        expressions="undocumented",
        doc="a user-assigned identity; by default the system-assigned one",
    )
    output_token_variable_name: str | None = literal(VARIABLE_NAME, default=None)
    ignore_error: bool = literal(BOOLEAN, default=False, doc="go on without a token")

    async def run(self, exchange: Exchange, /) -> None:
        """Get the token and put it where it belongs."""
        await self.apply(exchange, exchange.context.request.headers)

    async def change_callout(self, exchange: Exchange, callout: Callout) -> None:
        """Put the token on a request that is being made."""
        await self.apply(exchange, callout.headers)

    async def apply(self, exchange: Exchange, headers: Headers) -> None:
        """Get the token and put it into the headers of a request, the exchange's own or a callout's.

        Raises:
            PolicyError: there is no token.
        """
        context, settings = exchange.context, exchange.settings
        resource = self.resource(context)
        client_id = None if self.client_id is None else self.client_id(context)
        try:
            token = await exchange.services.identity.token(resource, client_id)
        except IdentityError as error:
            if self.ignore_error:
                exchange.note(f"no token for {resource}; goes on without")
                return
            exchange.trace.decided_by("mi.failure_status", settings.mi_failure_status)
            raise PolicyError(
                self.element_name, "ManagedIdentityTokenNotObtained", str(error), settings.mi_failure_status
            ) from error
        exchange.note(f"token for {resource}")
        if self.output_token_variable_name is not None:
            exchange.variables[self.output_token_variable_name] = token
            if not settings.mi_set_header_with_variable:
                return
        headers.set("Authorization", f"Bearer {token}")
