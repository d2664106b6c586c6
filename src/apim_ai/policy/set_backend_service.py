"""`set-backend-service`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import ALL_SCOPES, BOOLEAN, TEXT, URI, Policy, Value, attribute, choice, exactly_one, policy
from apim_ai.message import Url
from apim_ai.runtime import PolicyError, Target, UnsupportedPolicyError

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["SetBackendService"]

DAPR = "dapr"


@policy(
    "set-backend-service",
    exactly_one("base-url", "backend-id"),
    sections=("inbound", "backend"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_sections=("outbound", "on-error"),
    maybe_gateways=("workspace",),
    page="set-backend-service-policy",
)
class SetBackendService(Policy):
    """Send the request to another base URL, or to a backend entity: a single backend or a pool."""

    base_url: Value[str] | None = attribute(URI, default=None, doc="the new base URL of the backend")
    backend_id: Value[str] | None = attribute(TEXT, default=None, doc="the backend entity to use")
    sf_resolve_condition: Value[bool] | None = attribute(BOOLEAN, default=None, doc="when to resolve the replica anew")
    sf_service_instance_name: Value[str] | None = attribute(TEXT, default=None, doc="Service Fabric instance name")
    sf_partition_key: Value[str] | None = attribute(TEXT, default=None, doc="Service Fabric partition key")
    sf_listener_name: Value[str] | None = attribute(TEXT, default=None, doc="Service Fabric listener name")
    sf_replica_type: Value[str] | None = attribute(
        choice("primary", "secondary"), default=None, doc="Service Fabric replica type"
    )
    dapr_app_id: Value[str] | None = attribute(TEXT, default=None, doc="the Dapr application to call")
    dapr_method: Value[str] | None = attribute(TEXT, default=None, doc="its method")
    dapr_namespace: Value[str] | None = attribute(TEXT, default=None, doc="its namespace")

    def run(self, exchange: Exchange, /) -> None:
        """Set the target; the last one that ran counts, but a URL does not replace an inherited backend entity."""
        if self.backend_id is None and _is_inherited(exchange):
            exchange.note("a base URL does not override an inherited backend-id")
        elif self.backend_id is None:
            self._use_url(exchange, self.base_url(exchange.context) if self.base_url else "")
        else:
            self._use_backend(exchange, self.backend_id(exchange.context))

    def _use_url(self, exchange: Exchange, base_url: str) -> None:
        try:
            exchange.move_to(Url.parse(base_url.strip()))
        except ValueError as error:
            message = f"Invalid base URL '{base_url}'."
            raise PolicyError(self.element_name, "InvalidBackendUrl", message) from error
        exchange.target = Target(base_url=base_url, scope=exchange.scope)
        exchange.context.backend = None
        exchange.note(f"base URL {base_url}")

    def _use_backend(self, exchange: Exchange, backend_id: str) -> None:
        if backend_id == DAPR:
            raise UnsupportedPolicyError(self.element_name, "backend-id 'dapr' needs a Dapr sidecar")
        try:
            exchange.services.backends.select(exchange, backend_id)
        except KeyError as error:
            message = f"Backend with id '{backend_id}' could not be found."
            raise PolicyError(self.element_name, "BackendNotFound", message) from error
        exchange.target = Target(backend_id=backend_id, scope=exchange.scope)
        exchange.note(f"backend {backend_id}")


def _is_inherited(exchange: Exchange) -> bool:
    """Whether a broader scope's policy chose a backend entity (set-backend-service page, usage notes)."""
    target = exchange.target
    if target.backend_id is None or target.scope == exchange.scope:
        return False
    return list[str](ALL_SCOPES).index(target.scope) < list[str](ALL_SCOPES).index(exchange.scope)
