"""Look at everything that a deployment needs before one is tried, and say what could not be looked at."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from apim_ai.deploy.check import failed, ok, unchecked
from apim_ai.deploy.key_vault import READER, failure_of
from apim_ai.deploy.live import display_name, route_of
from apim_ai.deploy.preflight import check_references, check_service
from apim_ai.deploy.roles import CONTRIBUTOR, Permitting, missing_actions
from apim_ai.deploy.service import Service
from apim_ai.errors import ApimAiError, OutsideError
from apim_ai.resource import Resource, Resources, kinds
from apim_ai.resource.shape import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from apim_ai.deploy.check import Check
    from apim_ai.deploy.service import Entity
    from apim_ai.project import Bundle

__all__ = ["Doctor", "Examined", "addresses_of"]


class Examined(Service, Permitting, Protocol):
    """A service that also knows what the credential may do."""


def addresses_of(host: str) -> tuple[str, ...]:
    """Return the addresses of a host as this machine sees them; none when it does not know the name."""
    try:
        return tuple(sorted({str(found[4][0]) for found in socket.getaddrinfo(host, None)}))
    except OSError:
        return ()


@dataclass(frozen=True)
class Doctor:
    """Examines an environment.

    Args:
        bundle: the environment.
        service: its control plane.
        gateway: the address of its gateway, where known.
        resolve: finds the addresses of a host.
    """

    bundle: Bundle
    service: Examined
    gateway: str | None = None
    resolve: Callable[[str], tuple[str, ...]] = addresses_of

    @cached_property
    def _values(self) -> tuple[Entity, ...]:
        return self.service.list(kinds.find("named_value"))

    def run(self) -> tuple[Check, ...]:
        """Look at everything; without a control plane that answers, only at names."""
        try:
            service = self.service.describe()
        except OutsideError as error:
            return failed("control plane", error.message, error.help), *self._rest(), *self._names({})
        said = next(map(str, find(service, "name")), self.bundle.target.service)
        seen = ok("control plane", f'the credential reads the service "{said}"')
        return seen, self._roles(), *self._service(service), *self._contents(), *self._names(service)

    def _rest(self) -> tuple[Check, ...]:
        names = ("roles", "service", "tier", "named values", "Key Vault references", "routes")
        return tuple(unchecked(name, "the control plane does not answer") for name in names)

    def _roles(self) -> Check:
        try:
            permissions = self.service.permissions()
        except OutsideError as error:
            return unchecked("roles", error.message)
        if permissions is None:
            return unchecked("roles", "this control plane does not list permissions")
        missing = missing_actions(permissions)
        if not missing:
            return ok("roles", "the credential may read and deploy")
        return failed("roles", f"the credential lacks {', '.join(missing)}", f'grant it the role "{CONTRIBUTOR}"')

    def _service(self, service: Mapping[str, Any]) -> Iterator[Check]:
        try:
            check_service(service, self.bundle.resources)
        except ApimAiError as error:
            yield failed("service", error.message, error.help)
        else:
            yield ok("service", "it is ready, and its tier has what the project uses")
        sku, declared = next(map(str, find(service, "sku.name")), ""), self.bundle.target.sku
        if sku.lower() == declared.lower():
            yield ok("tier", sku)
        else:
            help_ = f"set sku in environments/{self.bundle.env}.yaml, for rules and limits depend on it"
            yield failed("tier", f'the service is "{sku}", the environment says "{declared}"', help_)

    def _contents(self) -> tuple[Check, ...]:
        try:
            return self._named_values(), *self._secrets(), *self._routes()
        except OutsideError as error:
            return (failed("named values", error.message, error.help),)

    def _named_values(self) -> Check:
        existing = Resources([Resource("named_value", entity.id, entity.properties) for entity in self._values])
        try:
            check_references(self.bundle.resources, existing)
        except ApimAiError as error:
            return failed("named values", "; ".join(each.message for each in (error, *error.also)), error.help)
        return ok("named values", "each that a policy uses is declared or exists")

    def _secrets(self) -> Iterator[Check]:
        references = [entity for entity in self._values if entity.properties.get("keyVault")]
        if not references:
            yield unchecked("Key Vault references", "the service has none yet; it says so once it has fetched one")
        for entity in references:
            name = f"Key Vault reference {display_name(entity)}"
            failure = failure_of(entity)
            if failure:
                help_ = f'grant the service\'s managed identity the role "{READER}" on the vault'
                yield failed(name, f"the service cannot fetch it: {failure}", help_)
            elif any(find(entity.properties, "keyVault.lastStatus.code")):
                yield ok(name, "the service fetched it")
            else:
                yield unchecked(name, "the service does not say whether it fetched it")

    def _routes(self) -> Iterator[Check]:
        """Look whether the backends that routes lead to exist; whether their deployments do, only a request tells."""
        backends = {entity.id.rsplit("/", 1)[-1].lower() for entity in self.service.list(kinds.find("backend"))}
        for entity in self._values:
            route, backend = route_of(display_name(entity)), str(entity.properties.get("value", ""))
            if route and backend.lower() not in backends:
                help_ = f"apim-ai route set {route} BACKEND --env {self.bundle.env}"
                yield failed(f"route {route}", f'it leads to the backend "{backend}", which does not exist', help_)
            elif route:
                yield ok(f"route {route}", f'it leads to the backend "{backend}"')
        if self.bundle.routes:
            reason = "a control plane does not know the deployments behind its backends"
            yield unchecked("model deployments", reason, f"run apim-ai smoke --env {self.bundle.env}")

    def _names(self, service: Mapping[str, Any]) -> Iterator[Check]:
        if self.gateway:
            yield self._gateway_name(urlsplit(self.gateway).hostname or "", service)
        else:
            yield unchecked("gateway name", "its address is not known", "pass --gateway URL")
        for host, used_by in sorted(self._hosts().items()):
            yield self._name(host, used_by)

    def _gateway_name(self, host: str, service: Mapping[str, Any]) -> Check:
        addresses = self.resolve(host)
        if not addresses:
            return failed("gateway name", f"{host} does not resolve from here", "check DNS, and the address")
        access = next(map(str, find(service, "properties.publicNetworkAccess")), "")
        if access.lower() == "disabled" and not all(ip_address(address).is_private for address in addresses):
            help_ = "link the private DNS zone privatelink.azure-api.net to the network of this machine"
            return failed("gateway name", f"{host} has a public address, but only its private endpoint answers", help_)
        kind = "private" if all(ip_address(address).is_private for address in addresses) else "public"
        return ok("gateway name", f"{host} resolves to a {kind} address")

    def _hosts(self) -> dict[str, str]:
        """Return the hosts of backends and vaults, with what they are for."""
        found: dict[str, str] = {}
        for resource in self.bundle.resources.values():
            for path in {"backend": ("url",), "named_value": ("keyVault.secretIdentifier",)}.get(resource.kind, ()):
                for value in find(resource.properties, path):
                    host = urlsplit(str(value)).hostname
                    if host:
                        found.setdefault(host, resource.id)
        return found

    def _name(self, host: str, used_by: str) -> Check:
        name = f"name {host}"
        if self.resolve(host):
            return ok(name, f"it resolves from here ({used_by})")
        reason = f"it does not resolve from here ({used_by}); the gateway's network may know it"
        return unchecked(name, reason, "look it up from a machine in that network")
