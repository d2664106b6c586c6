"""`authentication-token`."""

from __future__ import annotations

from typing import Literal

from apim_ai.definition import BOOLEAN, URI, Value, attribute, choice, policy
from apim_ai.family.unsupported import UnsupportedPolicy

__all__ = ["AuthenticationToken"]


@policy("authentication-token", sections=("inbound",), documented=False)
class AuthenticationToken(UnsupportedPolicy):
    """Authenticate with a token of an identity or token service; only the editor schema knows it."""

    needs = "a description of what the service does with it"

    token_type: Value[Literal["managed-service-identity", "token-service"]] = attribute(
        choice("managed-service-identity", "token-service"),
        default="managed-service-identity",
        expressions="undocumented",
        documented=False,
    )
    token_service_url: Value[str] | None = attribute(URI, default=None, expressions="undocumented", documented=False)
    resource_url: Value[str] | None = attribute(URI, default=None, expressions="undocumented", documented=False)
    ignore_error: Value[bool] | None = attribute(BOOLEAN, default=None, expressions="undocumented", documented=False)
