"""What the project's files may say. Field names are the YAML keys; the published JSON Schemas are made of these.

`ProjectFile` is `apim.yaml` with an environment laid over it; `EnvironmentFile` is one of `environments/`; `TiersFile`,
`ApiFile` and `ProductFile` are the others.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, model_validator

__all__ = [
    "AccessHop",
    "ApiFile",
    "BackendCapacity",
    "BackendSpec",
    "CacheSpec",
    "CallerSpec",
    "CircuitBreaker",
    "DiagnosticSpec",
    "EnvironmentFile",
    "LoggerSpec",
    "Manage",
    "NamedValueSpec",
    "PoolMember",
    "ProductFile",
    "ProjectFile",
    "RouteSpec",
    "TierSpec",
    "TiersFile",
]

Slug = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9\-]{0,78}[A-Za-z0-9])?$")]
NamedValueName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9\-._]{1,256}$")]
Duration = Annotated[str, StringConstraints(pattern=r"^P(\d+D|(\d+D)?T(\d+H(\d+M)?(\d+S)?|\d+M(\d+S)?|\d+S))$")]
StatusRange = Annotated[str, StringConstraints(pattern=r"^[1-5]\d\d(-[1-5]\d\d)?$")]
Variables = dict[str, JsonValue]
Severity = Literal["error", "warning", "info", "off"]


class _Section(BaseModel):
    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True, populate_by_name=True)


class NamedValueSpec(_Section):
    """A named value: plain, secret, or a reference to Key Vault."""

    value: str | int | float | bool | None = Field(default=None, description="its value, as text")
    secret: bool = Field(default=False, description="never shown by the service")
    key_vault: str | None = Field(default=None, description="URL of a Key Vault secret that the service reads")
    key_vault_identity: str | None = Field(
        default=None, description="client id of the user-assigned identity that reads it"
    )
    tags: list[str] = Field(default_factory=list[str], description="tags of the named value")

    @model_validator(mode="before")
    @classmethod
    def _is_its_value(cls, given: object) -> object:
        """Take a scalar for the plain value that it is."""
        return {"value": given} if isinstance(given, str | int | float | bool) else given

    @model_validator(mode="after")
    def _has_one_source(self) -> NamedValueSpec:
        if (self.value is None) == (self.key_vault is None):
            raise ValueError('a named value has either "value" or "key_vault"')
        return self


class PoolMember(_Section):
    """A backend in a pool."""

    id: Slug = Field(description="a backend of this project")
    priority: int | None = Field(default=None, ge=0, le=100, description="lower is used first")
    weight: int | None = Field(default=None, ge=0, le=100, description="share within a priority")


class CircuitBreaker(_Section):
    """When a backend is left alone, and for how long."""

    name: Slug = Field("breaker", description="name of the rule")
    count: int | None = Field(default=None, ge=1, description="failures within the interval that trip it")
    percentage: int | None = Field(default=None, ge=1, le=100, description="share of failures that trips it")
    interval: Duration = Field("PT1M", description="ISO 8601 duration in which failures are counted")
    statuses: list[StatusRange] = Field(description="statuses that are failures, such as 429 or 500-599")
    errors: list[str] = Field(default_factory=list[str], description="gateway errors that are failures")
    trip: Duration = Field("PT30S", description="ISO 8601 duration for which the circuit stays open")
    accept_retry_after: bool = Field(default=True, description="a Retry-After of the backend sets that duration")

    @model_validator(mode="after")
    def _has_one_measure(self) -> CircuitBreaker:
        if (self.count is None) == (self.percentage is None):
            raise ValueError('a circuit breaker has either "count" or "percentage"')
        return self


class BackendCapacity(_Section):
    """What a backend takes: the quota of the model deployment behind it."""

    tpm: int | None = Field(default=None, ge=1, description="tokens per minute")
    rpm: int | None = Field(default=None, ge=1, description="requests per minute")


class BackendSpec(_Section):
    """A backend, or a pool of backends."""

    url: str | None = Field(default=None, description="base URL, without a slash at the end")
    pool: list[PoolMember] | None = Field(default=None, description="members, instead of a url")
    session_cookie: str | None = Field(default=None, description="cookie that keeps a caller at one member of the pool")
    description: str = Field("", description="what it is for")
    region: str | None = Field(default=None, description="Azure region in which it runs")
    residency_note: str | None = Field(
        default=None, description="why data may go to a region that is not the service's"
    )
    preview: bool = Field(default=False, description="a preview service or model: not for production without a waiver")
    capacity: BackendCapacity | None = Field(
        default=None, description="what it takes; no tier may be set above what all models take together"
    )
    managed_identity: str | None = Field(default=None, description="resource for which the entity itself gets a token")
    managed_identity_client: str | None = Field(
        default=None, description="client id of a user-assigned identity for that"
    )
    headers: dict[str, str | list[str]] = Field(default_factory=dict[str, "str | list[str]"], description="credentials")
    query: dict[str, str | list[str]] = Field(default_factory=dict[str, "str | list[str]"], description="credentials")
    circuit_breaker: CircuitBreaker | None = Field(default=None, description="when it is left alone")
    validate_certificate: bool = Field(default=True, description="check its TLS certificate")
    protect: bool = Field(default=False, description="deploy never deletes or replaces it")

    @model_validator(mode="after")
    def _is_single_or_pool(self) -> BackendSpec:
        if (self.url is None) == (self.pool is None):
            raise ValueError('a backend has either "url" or "pool"')
        return self


class CacheSpec(_Section):
    """An external cache; the semantic cache needs one."""

    connection: str = Field(description="connection string, as a named value")
    use_from: str = Field("default", description="region whose gateways use it, or default for all")
    description: str = Field("", description="what it is for")


class LoggerSpec(_Section):
    """Where diagnostics and events go."""

    type: Literal["applicationInsights", "azureEventHub", "azureMonitor"] = Field(description="kind of logger")
    credentials: dict[str, str] = Field(default_factory=dict[str, str], description="as named values")
    resource_id: str | None = Field(default=None, description="ARM id of the target")
    description: str = Field("", description="what it is for")


class DiagnosticSpec(_Section):
    """What is sent to a logger."""

    logger: Slug = Field(description="a logger of this project")
    sampling: float = Field(100, ge=0, le=100, description="percentage of requests that are logged")
    always_log_errors: bool = Field(default=True, description="log every failed request whatever the sampling")
    metrics: bool = Field(default=False, description="send custom metrics, which token metrics need")
    verbosity: Literal["verbose", "information", "error"] = Field("information", description="of trace policies")
    log_client_ip: bool = Field(default=False, description="log the caller's address, which is personal data")
    body_bytes: int = Field(0, ge=0, le=8192, description="bytes of bodies to log; prompts are personal data")
    headers: list[str] = Field(default_factory=list[str], description="request headers to log")
    correlation: Literal["None", "Legacy", "W3C"] = Field("W3C", description="correlation protocol")


class CallerSpec(_Section):
    """An application that may call: its identity, its subscription's product, and what it may call."""

    application: str = Field(description="client id of the application, the azp or appid of its tokens")
    product: Slug = Field(description="the product, and so the tier, of its subscription")
    apis: list[Slug] = Field(description="the APIs it may call")
    on_behalf_of_users: bool = Field(default=False, description="its end-user header is believed")
    display_name: str | None = Field(default=None, description="name of its subscription")
    subscriptions: list[Slug] | None = Field(
        default=None, description="ids of its subscriptions; by default its own name"
    )


class RouteSpec(_Section):
    """Where requests for a model go, and whether similar answers are cached."""

    deployment: str = Field(description="model or deployment name that the backend knows")
    backend: Slug = Field(description="backend or pool; a live override may replace it")
    cache: Literal["off", "private", "shared"] = Field("off", description="semantic cache: none, per end user, for all")
    cache_seconds: int = Field(600, ge=1, le=86400, description="how long answers are kept")
    description: str = Field("", description="what it is for")


class AccessHop(_Section):
    """One hop of the access chain: who calls whom, and what checks it."""

    caller: str = Field(description="who calls")
    callee: str = Field(description="what is called: an API or backend of this project, or a name outside of it")
    by: Literal["validated-token", "managed-identity", "outside"] = Field(description="what proves the caller")
    role: str | None = Field(default=None, description="the Azure role that the hop needs")
    fragment: str | None = Field(default=None, description="the fragment that checks or makes this hop")


class Policies(_Section):
    """Where policy documents stand."""

    global_: str | None = Field(
        default=None, alias="global", description="the service's policy, deployed where it is managed"
    )
    fragments: str = Field("policies/fragments", description="folder of the fragments; a file's name is its id")


class LintSection(_Section):
    """What the linter checks in this project."""

    select: list[str] = Field(default_factory=list[str], description="codes, prefixes or names; empty: all")
    ignore: list[str] = Field(default_factory=list[str], description="codes, prefixes or names to leave out")
    severity: dict[str, Severity] = Field(default_factory=dict[str, Severity], description="severity by code")
    per_env: dict[str, dict[str, JsonValue]] = Field(
        default_factory=dict[str, "dict[str, JsonValue]"], description="further select, ignore, severity"
    )
    options: dict[str, dict[str, JsonValue]] = Field(
        default_factory=dict[str, "dict[str, JsonValue]"], description="options by code"
    )


class ProjectFile(_Section):
    """`apim.yaml`: the project, with what all environments share."""

    name: Slug = Field(description="name of the stack, which owns what it deploys")
    description: str = Field("", description="what this gateway is for")
    apis: list[Slug] = Field(description="folders of apis/, in order")
    products: list[Slug] = Field(default_factory=list[str], description="folders of products/, in order")
    policies: Policies = Field(default_factory=lambda: Policies.model_validate({}), description="policy documents")
    variables: Variables = Field(default_factory=dict[str, JsonValue], description="what templates may name")
    callers: dict[Slug, CallerSpec] = Field(default_factory=dict[str, CallerSpec], description="applications")
    access_chain: list[AccessHop] = Field(default_factory=list[AccessHop], description="who may call whom")
    routes: dict[Slug, RouteSpec] = Field(default_factory=dict[str, RouteSpec], description="models")
    named_values: dict[NamedValueName, NamedValueSpec] = Field(
        default_factory=dict[str, NamedValueSpec], description="named values; a scalar is a plain one"
    )
    backends: dict[Slug, BackendSpec] = Field(default_factory=dict[str, BackendSpec], description="backends, pools")
    caches: dict[Slug, CacheSpec] = Field(default_factory=dict[str, CacheSpec], description="external caches")
    loggers: dict[Slug, LoggerSpec] = Field(default_factory=dict[str, LoggerSpec], description="loggers")
    diagnostics: dict[Slug, DiagnosticSpec] = Field(
        default_factory=dict[str, DiagnosticSpec], description="diagnostics that every API of the project gets"
    )
    tags: dict[Slug, str] = Field(default_factory=dict[str, str], description="display names of tags")
    groups: dict[Slug, str] = Field(default_factory=dict[str, str], description="display names of groups")
    settings: dict[str, JsonValue] = Field(default_factory=dict[str, JsonValue], description="gateway settings by name")
    lint: LintSection = Field(default_factory=lambda: LintSection.model_validate({}), description="the linter")


class Manage(_Section):
    """Which shared parts of the service this project owns."""

    global_: bool = Field(default=False, alias="global", description="the policy at global scope")


class EnvironmentFile(_Section):
    """`environments/<name>.yaml`: a service to deploy to, and what differs there.

    `variables`, `callers`, `routes`, `named_values`, `backends`, `caches`, `loggers`, `diagnostics`, `settings` and
    `tiers` are laid over those of the project.
    """

    extends: Slug | None = Field(default=None, description="another environment whose values hold unless given here")
    description: str = Field("", description="what it is for")
    tenant: str | None = Field(default=None, description="Entra tenant id")
    subscription: str = Field(description="Azure subscription id")
    resource_group: str = Field(description="resource group of the service")
    service: str = Field(description="name of the API Management service")
    region: str | None = Field(default=None, description="Azure region of the service")
    sku: Literal["Consumption", "Developer", "Basic", "Standard", "Premium", "BasicV2", "StandardV2", "PremiumV2"] = (
        Field("Developer", description="tier of the service; it decides the gateway's flavor")
    )
    production: bool = Field(default=False, description="preview services need a waiver here")
    local: bool = Field(default=False, description="runs on this machine; deployed to the running instance only")
    identities: list[str] = Field(
        default_factory=lambda: ["system-assigned"], description="managed identities of the service"
    )
    manage: Manage = Field(default_factory=lambda: Manage.model_validate({}), description="shared parts that are ours")
    waivers: dict[str, str] = Field(default_factory=dict[str, str], description="reason by what is waived")
    variables: Variables = Field(default_factory=dict[str, JsonValue], description="laid over the project's")
    callers: Variables = Field(default_factory=dict[str, JsonValue], description="laid over the project's")
    routes: Variables = Field(default_factory=dict[str, JsonValue], description="laid over the project's")
    named_values: Variables = Field(default_factory=dict[str, JsonValue], description="laid over the project's")
    backends: Variables = Field(default_factory=dict[str, JsonValue], description="laid over the project's")
    caches: Variables = Field(default_factory=dict[str, JsonValue], description="laid over the project's")
    loggers: Variables = Field(default_factory=dict[str, JsonValue], description="laid over the project's")
    diagnostics: Variables = Field(default_factory=dict[str, JsonValue], description="laid over the project's")
    settings: Variables = Field(default_factory=dict[str, JsonValue], description="laid over the project's")
    tiers: Variables = Field(default_factory=dict[str, JsonValue], description="laid over the tiers of tiers.yaml")


class TierSpec(_Section):
    """Limits with a name. Each is a named value `tier-<name>-<limit>`, so that `apim-ai tier` can change it."""

    description: str = Field("", description="who it is for")
    tpm: int = Field(ge=1, description="tokens per minute of a caller")
    rps: int = Field(ge=1, description="requests per second of a caller")
    quota: int = Field(ge=1, description="tokens per quota period of a caller")
    quota_period: Literal["Hourly", "Daily", "Weekly", "Monthly", "Yearly"] = Field("Monthly", description="of quota")
    context_tokens: int = Field(16000, ge=1, description="prompt and answer together, estimated")
    reserved_tokens: int = Field(1000, ge=0, description="part of it that is kept for the answer")
    max_output_tokens: int = Field(4096, ge=1, description="what max_tokens is clamped to")
    end_users: Slug | None = Field(default=None, description="tier of each end user behind a caller of this tier")


class TiersFile(_Section):
    """`tiers.yaml`: the rate-limit tiers and the profiles that change several at once."""

    tiers: dict[Slug, TierSpec] = Field(description="tiers by name")
    default: Slug = Field(description="tier of a caller whose product names none")
    profiles: dict[Slug, dict[Slug, dict[Literal["tpm", "rps", "quota"], int]]] = Field(
        default_factory=dict[str, "dict[str, dict[Literal['tpm', 'rps', 'quota'], int]]"],
        description="limits by tier, switched on by apim-ai tier profile",
    )
    oversubscription: float = Field(
        1.0, gt=0, description="how many times the backends' capacity the limits of all callers may add up to"
    )


class OperationSpec(_Section):
    """What an operation has beyond its OpenAPI description."""

    policy: str | None = Field(default=None, description="its policy document, in the API's folder")


class ApiFile(_Section):
    """`apis/<id>/api.yaml`: an API."""

    display_name: str = Field(description="name that people see")
    description: str = Field("", description="what it is for")
    path: str = Field(description="path below the gateway's host")
    service_url: str | None = Field(
        default=None, description="backend URL; leave it out where policies choose a backend"
    )
    openapi: str = Field("openapi.yaml", description="OpenAPI document, in the API's folder")
    policy: str | None = Field(default=None, description="policy document; by default policy.xml.j2 or policy.xml")
    operations: dict[str, OperationSpec] = Field(default_factory=dict[str, OperationSpec], description="by operationId")
    subscription_required: bool = Field(default=True, description="a subscription key is needed")
    key_header: str = Field("Ocp-Apim-Subscription-Key", description="header of the subscription key")
    key_query: str = Field("subscription-key", description="query parameter of the subscription key")
    protocols: list[Literal["http", "https", "ws", "wss"]] = Field(default_factory=lambda: ["https"], description="")
    version: str | None = Field(default=None, description="API version; it needs version_scheme")
    version_scheme: Literal["Segment", "Query", "Header"] | None = Field(default=None, description="how it is given")
    version_name: str | None = Field(default=None, description="query parameter or header that gives it")
    diagnostics: bool = Field(default=True, description="gets the project's diagnostics")
    tags: list[Slug] = Field(default_factory=list[str], description="tags of the project")
    protect: bool = Field(default=False, description="deploy never deletes or replaces it")


class ProductFile(_Section):
    """`products/<id>/product.yaml`: a product, which gives its subscriptions a tier."""

    display_name: str = Field(description="name that people see")
    description: str = Field("", description="who it is for")
    tier: Slug | None = Field(default=None, description="tier of its callers")
    apis: list[Slug] = Field(description="the APIs it opens")
    policy: str | None = Field(default=None, description="policy document; by default policy.xml.j2 or policy.xml")
    subscription_required: bool = Field(default=True, description="a subscription is needed")
    approval_required: bool = Field(default=False, description="an administrator approves subscriptions")
    subscriptions_limit: int | None = Field(default=None, ge=1, description="subscriptions a user may have")
    published: bool = Field(default=True, description="seen in the developer portal")
    terms: str = Field("", description="terms of use")
    groups: list[Slug] = Field(default_factory=list[str], description="groups that see it")
