"""Backends: a single service with its credentials and circuit breaker, or a pool of them."""

from __future__ import annotations

from apim_ai.resource.fields import Field
from apim_ai.resource.kind import Kind

__all__ = ["KIND"]

_RULES = "circuitBreaker.rules[]"

KIND = Kind(
    name="backend",
    path="backends/{backend}",
    noun="backend",
    defaults={"type": "Single", "tls.validateCertificateChain": True, "tls.validateCertificateName": True},
    secret=(
        "credentials.header.*",
        "credentials.query.*",
        "credentials.authorization.parameter",
        "proxy.password",
    ),
    ids=("pool.services[].id", "credentials.certificateIds[]"),
    maps=("credentials.header", "credentials.query"),
    longest_name=80,
    fields=(
        Field("type", choices=("Single", "Pool")),
        Field("url", "uri", longest=2000),
        Field("protocol", choices=("http", "soap")),
        Field("title", longest=300),
        Field("description", longest=2000),
        Field("resourceId", longest=2000),
        Field("credentials.header", "object"),
        Field("credentials.query", "object"),
        Field("credentials.authorization.scheme", required=True, longest=100),
        Field("credentials.authorization.parameter", required=True, longest=300),
        Field("credentials.certificateIds", "array", longest=32),
        Field("tls.validateCertificateChain", "boolean"),
        Field("tls.validateCertificateName", "boolean"),
        Field("proxy.url", "uri", required=True, longest=2000),
        Field("proxy.username"),
        Field("proxy.password"),
        Field("properties", "object"),
        Field("circuitBreaker.rules", "array", longest=15),
        Field(f"{_RULES}.name"),
        Field(f"{_RULES}.acceptRetryAfter", "boolean"),
        Field(f"{_RULES}.tripDuration", "duration"),
        Field(f"{_RULES}.failureCondition.count", "integer", least=1, most=2**31 - 1),
        Field(f"{_RULES}.failureCondition.percentage", "integer", least=1, most=100),
        Field(f"{_RULES}.failureCondition.interval", "duration"),
        Field(f"{_RULES}.failureCondition.errorReasons", "array", longest=10),
        Field(f"{_RULES}.failureCondition.statusCodeRanges", "array", longest=10),
        Field(f"{_RULES}.failureCondition.statusCodeRanges[].min", "integer", least=200, most=599),
        Field(f"{_RULES}.failureCondition.statusCodeRanges[].max", "integer", least=200, most=599),
        Field("pool.services", "array", shortest=1),
        Field("pool.services[].id", required=True),
        Field("pool.services[].weight", "integer", least=0, most=100),
        Field("pool.services[].priority", "integer", least=0, most=100),
    ),
)
