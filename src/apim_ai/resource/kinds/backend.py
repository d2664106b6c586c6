"""Backends: a single service with its credentials and circuit breaker, or a pool of them."""

from __future__ import annotations

from apim_ai.resource.kind import Kind

__all__ = ["KIND"]

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
    durations=("circuitBreaker.rules[].failureCondition.interval", "circuitBreaker.rules[].tripDuration"),
    maps=("credentials.header", "credentials.query"),
)
