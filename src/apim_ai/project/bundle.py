"""`Bundle`: one environment of a project, complete. Engines take what they need of it and never look at files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.config import GatewaySettings
    from apim_ai.config.models import LintSection
    from apim_ai.finding import Finding
    from apim_ai.resource import Resources
    from apim_ai.source import Span

__all__ = ["AccessHop", "BackendFacts", "Bundle", "Caller", "Flavor", "Route", "ServiceTarget", "Tier"]

Flavor = Literal["classic", "v2"]
LIMITS = ("tpm", "rps", "quota")


@dataclass(frozen=True, slots=True)
class ServiceTarget:
    """The API Management service of an environment."""

    subscription: str
    resource_group: str
    service: str
    tenant: str | None = None
    region: str | None = None
    sku: str = "Developer"


@dataclass(frozen=True, slots=True)
class Tier:
    """A rate-limit tier: `limits` has `tpm`, `rps` and `quota`; `products` are those whose callers have it."""

    name: str
    limits: Mapping[str, int]
    quota_period: str
    products: tuple[str, ...] = ()
    description: str = ""
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Route:
    """A model route; the named value `route-<name>-backend` holds its backend."""

    name: str
    deployment: str
    backend: str
    cache: Literal["off", "private", "shared"] = "off"


@dataclass(frozen=True, slots=True)
class Caller:
    """An application that may call, with the subscriptions that are bound to it."""

    name: str
    application: str
    product: str
    apis: tuple[str, ...]
    subscriptions: tuple[str, ...]
    on_behalf_of_users: bool = False


@dataclass(frozen=True, slots=True)
class AccessHop:
    """A hop of the access chain, and the fragment that checks or makes it."""

    caller: str
    callee: str
    by: Literal["validated-token", "managed-identity", "outside"]
    role: str | None = None
    fragment: str | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class BackendFacts:
    """What a backend's ARM resource does not say; `capacity` has `tpm` and `rpm` where they are known."""

    region: str | None = None
    residency_note: str | None = None
    preview: bool = False
    span: Span | None = field(default=None, compare=False)
    capacity: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class Bundle:
    """One environment of a project.

    Args:
        env: the environment's name.
        stack: the project's name, which owns what it deploys.
        target: the service.
        flavor: its gateway's flavor.
        settings: the named gateway settings, the flavor among them.
        resources: what `plan` would PUT, and the only input of the gateway.
        findings: what the project itself finds wrong, for the linter's report.
        production: whether this is a production environment.
        local: whether it runs on this machine.
        identities: managed identities of the service: `system-assigned`, or client ids.
        tiers: the rate-limit tiers.
        profiles: limits by tier, by the name of a profile.
        routes: the model routes.
        callers: the applications that may call.
        access_chain: the hops between them.
        backends: facts about backends, by id.
        waivers: reasons by what is waived in this environment.
        variables: what templates could name, the resolved variables among them.
        lint: what the project says about linting.
        root: the project's folder as the user gave it.
        oversubscription: how many times the backends' capacity the limits of all callers may add up to.
    """

    env: str
    stack: str
    target: ServiceTarget
    flavor: Flavor
    settings: GatewaySettings
    resources: Resources
    findings: tuple[Finding, ...]
    production: bool
    local: bool
    identities: tuple[str, ...]
    tiers: tuple[Tier, ...]
    profiles: Mapping[str, Mapping[str, Mapping[Literal["tpm", "rps", "quota"], int]]]
    routes: tuple[Route, ...]
    callers: tuple[Caller, ...]
    access_chain: tuple[AccessHop, ...]
    backends: Mapping[str, BackendFacts]
    waivers: Mapping[str, str]
    variables: Mapping[str, object] = field(repr=False)
    lint: LintSection
    root: str
    oversubscription: float = 1.0
