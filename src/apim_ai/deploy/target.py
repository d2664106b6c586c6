"""Which API Management service a deployment is for, and how to reach it."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from apim_ai.errors import ConfigError

__all__ = ["AZURE", "Target", "is_loopback"]

AZURE = "https://management.azure.com"


@dataclass(frozen=True, slots=True)
class Target:
    """An API Management service behind a control plane.

    Args:
        subscription: the Azure subscription's id.
        resource_group: the resource group.
        service: the service's name.
        url: the control plane's address; plain http only for this machine.
        token: the bearer token of an embedded control plane; None for Azure, where the credential is looked for.
        tenant: the Microsoft Entra tenant, when the environment names it.
        credential: which credential to use: `default`, `azure-cli`, `workload-identity`, `managed-identity` or `environment`.
        api_version: of the management API.
        concurrency: requests in flight at once, at most.
        poll_seconds: pause between two looks at a long-running operation; None for what suits the address.
        flavor: `classic` or `v2`, for advice only.
    """

    subscription: str
    resource_group: str
    service: str
    url: str = AZURE
    token: str | None = field(default=None, repr=False)
    tenant: str | None = None
    credential: str = "default"
    api_version: str = "2024-05-01"
    concurrency: int = 16
    poll_seconds: float | None = None
    flavor: str | None = None

    def __post_init__(self) -> None:
        """Refuse addresses to which no token may be sent in the clear."""
        parts = urlsplit(self.url)
        if parts.scheme == "https":
            return
        if parts.scheme != "http" or not is_loopback(parts.hostname or ""):
            raise ConfigError(
                f'the control plane\'s address "{self.url}" is neither https nor on this machine',
                help="use https://…, or http://127.0.0.1:PORT for a local control plane",
            )
        if self.token is None:
            raise ConfigError(
                "a local control plane needs its token",
                help="pass --token or set APIM_AI_TOKEN; `apim-ai up --format json` prints it in its ready line",
            )

    @classmethod
    def of_service(cls, identifier: str, url: str, token: str) -> Target:
        """Return the target of a running local instance from the service's ARM id.

        Raises:
            ConfigError: the id is not that of an API Management service.
        """
        parts = identifier.strip("/").split("/")
        if len(parts) != 8 or parts[6].lower() != "service":  # noqa: PLR2004 - the shape of such an id
            raise ConfigError(f'"{identifier}" is not the id of an API Management service')
        return cls(parts[1], parts[3], parts[7], url=url, token=token)

    @property
    def id(self) -> str:
        """The ARM id of the service."""
        return (
            f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group}"
            f"/providers/Microsoft.ApiManagement/service/{self.service}"
        )

    @property
    def is_local(self) -> bool:
        """Whether this is an embedded control plane on this machine."""
        return self.token is not None

    @property
    def poll(self) -> float:
        """Seconds between two looks at a long-running operation."""
        return self.poll_seconds if self.poll_seconds is not None else (0.1 if self.is_local else 1.5)


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
