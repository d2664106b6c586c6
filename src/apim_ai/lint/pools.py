"""Backend pools and circuit breakers as rules ask for them, and the pool that their examples share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.lint.estate import Estate
    from apim_ai.resource import Resource

__all__ = ["POOL", "breaker_rules", "member_with", "pools", "status_ranges"]


def member_with(
    *,
    ranges: tuple[tuple[int, int], ...] = ((429, 429), (500, 599)),
    accept_retry_after: bool = True,
    rules: int = 1,
    trip: str = "PT1M",
) -> dict[str, Any]:
    """Return the properties of a pool's member for an example."""
    rule = {
        "name": "trip",
        "failureCondition": {
            "count": 3,
            "interval": "PT1M",
            "statusCodeRanges": [{"min": low, "max": high} for low, high in ranges],
        },
        "tripDuration": trip,
        "acceptRetryAfter": accept_retry_after,
    }
    return {"url": "https://first.example.com", "protocol": "http", "circuitBreaker": {"rules": [rule] * rules}}


POOL: dict[str, dict[str, Any]] = {
    "backends/pool": {"type": "Pool", "pool": {"services": [{"id": "/backends/first"}, {"id": "/backends/second"}]}},
    "backends/first": member_with(),
    "backends/second": member_with(),
}
"""A sound pool of two members."""


def pools(estate: Estate) -> Iterator[tuple[Resource, list[str]]]:
    """Yield each pool with the names of its members."""
    for backend in estate.backends.values():
        pool = cast("Mapping[str, Any] | None", backend.properties.get("pool"))
        if pool is not None or str(backend.properties.get("type", "")).lower() == "pool":
            services = cast("list[Mapping[str, object]]", (pool or {}).get("services") or [])
            yield backend, [str(service.get("id", "")).rsplit("/", 1)[-1] for service in services]


def breaker_rules(backend: Resource) -> list[Mapping[str, Any]]:
    """Return the rules of a backend's circuit breaker."""
    breaker = cast("Mapping[str, Any]", backend.properties.get("circuitBreaker") or {})
    return cast("list[Mapping[str, Any]]", breaker.get("rules") or [])


def status_ranges(rule: Mapping[str, Any]) -> list[tuple[int, int]]:
    """Return the ranges of status codes that a rule counts, both ends included."""
    condition = cast("Mapping[str, Any]", rule.get("failureCondition") or {})
    ranges = cast("list[Mapping[str, int]]", condition.get("statusCodeRanges") or [])
    return [(int(each.get("min", 0)), int(each.get("max", 0))) for each in ranges]
