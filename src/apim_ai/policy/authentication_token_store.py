"""`authentication-token-store`."""

from __future__ import annotations

from apim_ai.definition import BOOLEAN, TEXT, VARIABLE_NAME, Value, attribute, policy
from apim_ai.family.unsupported import UnsupportedPolicy

__all__ = ["AuthenticationTokenStore"]


@policy("authentication-token-store", sections=("inbound",), documented=False)
class AuthenticationTokenStore(UnsupportedPolicy):
    """Authenticate with a token of the retired token store; only the editor schema knows it."""

    needs = "a description of what the service does with it"

    token_id: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented", documented=False)
    client_id: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented", documented=False)
    output_token_variable_name: Value[str] | None = attribute(
        VARIABLE_NAME, default=None, expressions="undocumented", documented=False
    )
    ignore_error: Value[bool] | None = attribute(BOOLEAN, default=None, expressions="undocumented", documented=False)
