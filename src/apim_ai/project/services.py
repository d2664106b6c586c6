"""Resources of the service that stand for themselves: named values, backends, caches, loggers, diagnostics, tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.config.models import BackendSpec, CircuitBreaker, DiagnosticSpec, NamedValueSpec
    from apim_ai.project.environment import Environment
    from apim_ai.source import Span

__all__ = ["RELEASE", "diagnostic_properties", "services"]

RELEASE = "apim-ai-release"
_UNRELEASED = "unreleased"
_LIMITS = ("tpm", "rps", "quota")


def services(environment: Environment) -> Iterator[Resource]:
    """Yield the resources that neither APIs nor products own."""
    yield from _named_values(environment)
    yield from _tier_values(environment)
    yield from _route_values(environment)
    yield _named_value(RELEASE, _UNRELEASED, None)
    yield from _backends(environment)
    yield from _caches(environment)
    yield from _loggers(environment)
    for kind, folder, items in (
        ("tag", "tags", environment.project.tags),
        ("group", "groups", environment.project.groups),
    ):
        for name, display_name in items.items():
            yield Resource(
                kind, f"{folder}/{name}", {"displayName": display_name}, environment.places.span((folder, name))
            )


def _named_value(name: str, value: str, span: Span | None) -> Resource:
    return Resource("named_value", f"namedValues/{name}", {"displayName": name, "value": value, "secret": False}, span)


def _named_values(environment: Environment) -> Iterator[Resource]:
    for name, spec in environment.project.named_values.items():
        span = environment.places.span(("named_values", name))
        yield Resource("named_value", f"namedValues/{name}", _named_value_properties(name, spec), span)


def _named_value_properties(name: str, spec: NamedValueSpec) -> dict[str, Any]:
    properties: dict[str, Any] = {"displayName": name, "secret": spec.secret or spec.key_vault is not None}
    if spec.tags:
        properties["tags"] = list(spec.tags)
    if spec.key_vault is None:
        return {**properties, "value": _text(spec.value)}
    vault: dict[str, str] = {"secretIdentifier": spec.key_vault}
    if spec.key_vault_identity:
        vault["identityClientId"] = spec.key_vault_identity
    return {**properties, "keyVault": vault}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _tier_values(environment: Environment) -> Iterator[Resource]:
    """Yield the limits of each tier, and beside them what a live override changes: limits, and until when."""
    for name, tier in environment.tiers.items():
        span = environment.tier_places.span(("tiers", name))
        for limit in _LIMITS:
            value = str(getattr(tier, limit))
            yield _named_value(f"tier-{name}-{limit}", value, span)
            yield _named_value(f"tier-{name}-override-{limit}", value, span)
        yield _named_value(f"tier-{name}-until", "0", span)


def _route_values(environment: Environment) -> Iterator[Resource]:
    for name, route in environment.project.routes.items():
        yield _named_value(f"route-{name}-backend", route.backend, environment.places.span(("routes", name)))


def _backends(environment: Environment) -> Iterator[Resource]:
    for name, spec in environment.project.backends.items():
        span = environment.places.span(("backends", name))
        properties = _single(spec) if spec.pool is None else _pool(spec)
        if spec.description:
            properties["description"] = spec.description
        yield Resource("backend", f"backends/{name}", properties, span, protect=spec.protect)


def _pool(spec: BackendSpec) -> dict[str, Any]:
    members: list[dict[str, Any]] = []
    for member in spec.pool or ():
        item: dict[str, Any] = {"id": f"/backends/{member.id}"}
        if member.priority is not None:
            item["priority"] = member.priority
        if member.weight is not None:
            item["weight"] = member.weight
        members.append(item)
    pool: dict[str, Any] = {"services": members}
    if spec.session_cookie:
        pool["sessionAffinity"] = {"sessionId": {"source": "Cookie", "name": spec.session_cookie}}
    return {"type": "Pool", "pool": pool}


def _single(spec: BackendSpec) -> dict[str, Any]:
    properties: dict[str, Any] = {"type": "Single", "url": spec.url, "protocol": "http"}
    if not spec.validate_certificate:
        properties["tls"] = {"validateCertificateChain": False, "validateCertificateName": False}
    credentials = _credentials(spec)
    if credentials:
        properties["credentials"] = credentials
    if spec.circuit_breaker is not None:
        properties["circuitBreaker"] = {"rules": [_rule(spec.circuit_breaker)]}
    return properties


def _credentials(spec: BackendSpec) -> dict[str, Any]:
    credentials: dict[str, Any] = {}
    for key, items in (("header", spec.headers), ("query", spec.query)):
        if items:
            credentials[key] = {name: [value] if isinstance(value, str) else value for name, value in items.items()}
    if spec.managed_identity:
        identity = {"resource": spec.managed_identity}
        if spec.managed_identity_client:
            identity["clientId"] = spec.managed_identity_client
        credentials["managedIdentity"] = identity
    return credentials


def _rule(breaker: CircuitBreaker) -> dict[str, Any]:
    condition: dict[str, Any] = {"interval": breaker.interval}
    condition["statusCodeRanges"] = [_range(text) for text in breaker.statuses]
    if breaker.count is not None:
        condition["count"] = breaker.count
    if breaker.percentage is not None:
        condition["percentage"] = breaker.percentage
    if breaker.errors:
        condition["errorReasons"] = list(breaker.errors)
    return {
        "name": breaker.name,
        "failureCondition": condition,
        "tripDuration": breaker.trip,
        "acceptRetryAfter": breaker.accept_retry_after,
    }


def _range(text: str) -> dict[str, int]:
    """Return `429` or `500-599` as ARM writes it; the model has checked the form."""
    low, _, high = text.partition("-")
    return {"min": int(low), "max": int(high or low)}


def _caches(environment: Environment) -> Iterator[Resource]:
    for name, spec in environment.project.caches.items():
        properties: dict[str, Any] = {"connectionString": spec.connection, "useFromLocation": spec.use_from}
        if spec.description:
            properties["description"] = spec.description
        yield Resource("cache", f"caches/{name}", properties, environment.places.span(("caches", name)))


def _loggers(environment: Environment) -> Iterator[Resource]:
    for name, spec in environment.project.loggers.items():
        properties: dict[str, Any] = {"loggerType": spec.type, "credentials": dict(spec.credentials)}
        if spec.resource_id:
            properties["resourceId"] = spec.resource_id
        if spec.description:
            properties["description"] = spec.description
        yield Resource("logger", f"loggers/{name}", properties, environment.places.span(("loggers", name)))


def diagnostic_properties(spec: DiagnosticSpec) -> dict[str, Any]:
    """Return a diagnostic as ARM has it; the same for requests and responses, front and back."""
    message: dict[str, Any] = {"headers": list(spec.headers), "body": {"bytes": spec.body_bytes}}
    side: dict[str, Any] = {"request": message, "response": {"headers": [], "body": {"bytes": spec.body_bytes}}}
    properties: dict[str, Any] = {
        "loggerId": f"/loggers/{spec.logger}",
        "sampling": {"samplingType": "fixed", "percentage": spec.sampling},
        "verbosity": spec.verbosity,
        "logClientIp": spec.log_client_ip,
        "httpCorrelationProtocol": spec.correlation,
        "metrics": spec.metrics,
        "frontend": side,
        "backend": side,
    }
    if spec.always_log_errors:
        properties["alwaysLog"] = "allErrors"
    return properties
