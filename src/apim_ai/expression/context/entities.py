"""The configured things that C# sees through `context`: made once when a configuration is loaded, never changed.

Members and nullability follow the documented context tree (`reference/expressions.json`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = [
    "Api",
    "BackendInfo",
    "Deployment",
    "GatewayInfo",
    "Group",
    "LastError",
    "Operation",
    "Product",
    "Subscription",
    "User",
    "UserIdentity",
    "Workspace",
]


@dataclass(frozen=True, slots=True)
class Workspace:
    """`context.Api.Workspace`."""

    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Api:
    """`context.Api`. `service_url` is the absolute URL of the backend, or empty."""

    id: str = ""
    name: str = ""
    path: str = ""
    revision: str = "1"
    version: str | None = None
    is_current_revision: bool = True
    service_url: str = ""
    protocols: tuple[str, ...] = ("https",)
    workspace: Workspace | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """`context.Operation`."""

    id: str = ""
    name: str = ""
    method: str = ""
    url_template: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """An element of `context.User.Groups` and `context.Product.Groups`."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Product:
    """`context.Product`."""

    id: str = ""
    name: str = ""
    state: str = "Published"
    approval_required: bool = False
    subscription_required: bool = True
    subscriptions_limit: int | None = None
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscription:
    """`context.Subscription`. Dates are seconds since 1970, or None."""

    id: str = ""
    name: str = ""
    key: str = field(default="", repr=False)
    primary_key: str = field(default="", repr=False)
    secondary_key: str = field(default="", repr=False)
    created_date: float | None = None
    start_date: float | None = None
    end_date: float | None = None


@dataclass(frozen=True, slots=True)
class UserIdentity:
    """An element of `context.User.Identities`."""

    id: str
    provider: str


@dataclass(frozen=True, slots=True)
class User:
    """`context.User`."""

    id: str = ""
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    groups: tuple[Group, ...] = ()
    identities: tuple[UserIdentity, ...] = ()
    note: str = ""
    registration_date: float | None = None


@dataclass(frozen=True, slots=True)
class BackendInfo:
    """`context.Backend`: the backend entity in use."""

    id: str = ""
    type: str = "Single"
    azure_region: str | None = None


@dataclass(frozen=True, slots=True)
class GatewayInfo:
    """`context.Deployment.Gateway`."""

    id: str = "managed"
    instance_id: str = ""
    is_managed: bool = True


@dataclass(frozen=True, slots=True)
class Deployment:
    """`context.Deployment`."""

    region: str = ""
    service_id: str = ""
    service_name: str = ""
    gateway_id: str = "managed"
    gateway: GatewayInfo = GatewayInfo()


@dataclass(frozen=True, slots=True)
class LastError:
    """`context.LastError`, and what makes the default answer of a failed exchange."""

    source: str
    reason: str
    message: str
    scope: str | None = None
    section: str | None = None
    path: str | None = None
    policy_id: str | None = None
