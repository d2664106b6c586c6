"""Credentials for Azure, chosen by name so that a pipeline fails quickly and says why."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from apim_ai.errors import ConfigError

if TYPE_CHECKING:
    from apim_ai.deploy.target import Target

__all__ = ["CREDENTIALS", "credential_for"]

CREDENTIALS = {
    "default": "DefaultAzureCredential",
    "azure-cli": "AzureCliCredential",
    "workload-identity": "WorkloadIdentityCredential",
    "managed-identity": "ManagedIdentityCredential",
    "environment": "EnvironmentCredential",
}
"""The names an environment may give, and the classes of `azure-identity` behind them."""

_TAKES_TENANT = frozenset({"azure-cli", "workload-identity"})


def credential_for(target: Target) -> Any:  # noqa: ANN401 - the SDK's type
    """Return the credential that a target names. Nothing is asked of Microsoft Entra yet.

    Raises:
        ConfigError: no credential has this name, or it lacks the settings it needs.
    """
    from azure import identity  # noqa: PLC0415 - costs 0.3 s, and a local deployment needs none

    # Each source of credentials that is not there warns; the error that comes of it says so once.
    logging.getLogger("azure.identity").addHandler(logging.NullHandler())

    if target.credential not in CREDENTIALS:
        known = ", ".join(CREDENTIALS)
        raise ConfigError(f'there is no credential "{target.credential}"', help=f"use one of {known}")
    options: dict[str, Any] = (
        {"tenant_id": target.tenant} if target.credential in _TAKES_TENANT and target.tenant else {}
    )
    if target.credential == "default":
        options["exclude_interactive_browser_credential"] = True
    try:
        return getattr(identity, CREDENTIALS[target.credential])(**options)
    except ValueError as error:
        raise ConfigError(
            f'the credential "{target.credential}" cannot be used: {error}',
            help="set AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_FEDERATED_TOKEN_FILE, or choose another credential",
        ) from error
