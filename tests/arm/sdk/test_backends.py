"""Backends: single ones with credentials and breakers, and pools of them."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from .conftest import AT, Plane, error_of, raw, wire

SINGLE = {"url": "https://be.test/v1", "protocol": "http"}
RANGE = {"min": 429, "max": 429}
RULE = {
    "name": "r",
    "failureCondition": {"count": 3, "interval": "PT1M", "statusCodeRanges": [RANGE]},
    "tripDuration": "PT30S",
    "acceptRetryAfter": True,
}


def put(sdk: Any, name: str, properties: dict[str, Any]) -> Any:
    return sdk.backend.create_or_update(*AT, name, wire(properties))


def targets(sdk: Any, properties: dict[str, Any]) -> list[str]:
    with pytest.raises(HttpResponseError) as caught:
        put(sdk, "x", properties)
    assert (caught.value.status_code, error_of(caught).code) == (400, "ValidationError")
    return [detail.target for detail in error_of(caught).details]


def test_a_single_backend_there_and_back(sdk: Any) -> None:
    body = {
        **SINGLE,
        "title": "T",
        "description": "D",
        "credentials": {
            "header": {"x-key": ["1"]},
            "query": {"q": ["2"]},
            "authorization": {"scheme": "Basic", "parameter": "abc"},
        },
        "tls": {"validate_certificate_chain": False, "validate_certificate_name": True},
    }
    status, headers, _ = sdk.backend.create_or_update(*AT, "b", body, cls=raw)
    assert (status, headers["ETag"][0]) == (201, '"')
    backend = sdk.backend.get(*AT, "b")
    assert (backend.url, backend.protocol, backend.title) == ("https://be.test/v1", "http", "T")
    assert backend.credentials.header == {"x-key": ["1"]}
    assert backend.credentials.authorization.scheme == "Basic"
    assert backend.tls.validate_certificate_chain is False
    assert sdk.backend.create_or_update(*AT, "b", body, cls=raw)[0] == 200


def test_the_empty_properties_of_this_client_do_not_stay(sdk: Any) -> None:
    sdk.backend.create_or_update(*AT, "b", {"properties": SINGLE})
    _, _, body = sdk.backend.get(*AT, "b", cls=raw)
    assert "properties" not in body["properties"]


def test_a_breaker_there_and_back(sdk: Any) -> None:
    breaker = put(sdk, "b", {**SINGLE, "circuitBreaker": {"rules": [RULE]}}).circuit_breaker.rules[0]
    assert (breaker.trip_duration.total_seconds(), breaker.accept_retry_after) == (30, True)
    assert breaker.failure_condition.interval.total_seconds() == 60
    assert (breaker.failure_condition.count, breaker.failure_condition.status_code_ranges[0].min) == (3, 429)


def test_breakers_that_are_refused(sdk: Any) -> None:
    def breaker(**changes: Any) -> list[str]:
        return targets(sdk, {**SINGLE, "circuitBreaker": {"rules": [{**RULE, **changes}]}})

    at = "circuitBreaker.rules[]"
    assert at + ".tripDuration" in breaker(tripDuration="30 seconds")
    assert at + ".failureCondition.interval" in breaker(failureCondition={"count": 1, "interval": "1m"})
    assert breaker(failureCondition={"count": 0, "interval": "PT1M"}) == [f"{at}.failureCondition.count"]
    ranges = {"count": 1, "interval": "PT1M", "statusCodeRanges": [{"min": 199, "max": 600}]}
    assert len(breaker(failureCondition=ranges)) == 2
    many = {"count": 1, "interval": "PT1M", "statusCodeRanges": [RANGE] * 11}
    assert breaker(failureCondition=many) == [f"{at}.failureCondition.statusCodeRanges"]
    assert targets(sdk, {**SINGLE, "circuitBreaker": {"rules": [RULE, {**RULE, "name": "s"}]}}) == [
        "circuitBreaker.rules"
    ]


def test_a_tier_without_breakers_says_so(sdk: Any, server: Plane) -> None:
    server.restart(sku="Consumption")
    with pytest.raises(HttpResponseError) as caught:
        put(sdk, "b", {**SINGLE, "circuitBreaker": {"rules": [RULE]}})
    assert (caught.value.status_code, error_of(caught).code) == (400, "MethodNotAllowedInPricingTier")


def test_what_this_client_does_not_know_survives(sdk: Any) -> None:
    breaker = {"rules": [RULE], "failureResponse": {"statusCode": 503}}
    put(sdk, "b", {**SINGLE, "circuitBreaker": breaker, "azureRegion": "westeurope"})
    _, _, body = sdk.backend.get(*AT, "b", cls=raw)
    assert body["properties"]["azureRegion"] == "westeurope"
    assert body["properties"]["circuitBreaker"]["failureResponse"] == {"statusCode": 503}


def test_backends_that_are_refused(sdk: Any) -> None:
    assert targets(sdk, {"protocol": "http"}) == ["url"]
    assert targets(sdk, {"url": "https://b.test"}) == ["protocol"]
    assert targets(sdk, {**SINGLE, "url": "b.test"}) == ["url"]
    assert targets(sdk, {**SINGLE, "protocol": "ftp"}) == ["protocol"]
    assert targets(sdk, {**SINGLE, "title": "t" * 301}) == ["title"]
    assert targets(sdk, {**SINGLE, "credentials": "x"}) == ["credentials"]
    assert targets(sdk, {**SINGLE, "credentials": {"authorization": {"scheme": "Basic"}}}) == [
        "credentials.authorization.parameter"
    ]
    assert list(sdk.backend.list_by_service(*AT)) == []


def test_members_of_a_pool_are_answered_in_full(sdk: Any) -> None:
    put(sdk, "a", SINGLE)
    put(sdk, "b", SINGLE)
    full = sdk.backend.get(*AT, "b").id
    services = [{"id": "/backends/a", "priority": 1, "weight": 3}, {"id": full, "priority": 2}]
    put(sdk, "p", {"type": "Pool", "pool": {"services": services}})
    pool = sdk.backend.get(*AT, "p").pool.services
    assert [(item.id.rsplit("/service/local", 1)[-1], item.priority, item.weight) for item in pool] == [
        ("/backends/a", 1, 3),
        ("/backends/b", 2, None),
    ]


def test_pools_that_are_refused(sdk: Any) -> None:
    put(sdk, "a", SINGLE)
    put(sdk, "p", {"type": "Pool", "pool": {"services": [{"id": "/backends/a"}]}})

    def pool(*services: dict[str, Any], **more: Any) -> list[str]:
        return targets(sdk, {"type": "Pool", "pool": {"services": list(services)}, **more})

    assert pool() == ["pool.services"]
    assert pool({"id": "/backends/none"}) == ["pool"]
    assert pool({"id": "/backends/p"}) == ["pool"]
    assert pool({"id": "/backends/a", "weight": 101}) == ["pool.services[].weight"]
    assert pool({"id": "/backends/a", "priority": -1}) == ["pool.services[].priority"]
    assert pool({"id": "/backends/a"}, url="https://x.test") == ["url"]


def test_a_backend_in_a_pool_or_a_policy_cannot_go(sdk: Any) -> None:
    put(sdk, "a", SINGLE)
    put(sdk, "p", {"type": "Pool", "pool": {"services": [{"id": "/backends/a"}]}})
    with pytest.raises(HttpResponseError) as caught:
        sdk.backend.delete(*AT, "a", "*")
    assert "/backends/p" in error_of(caught).message
    text = '<policies><inbound><set-backend-service backend-id="p" /></inbound></policies>'
    sdk.policy.create_or_update(*AT, "policy", {"format": "rawxml", "value": text})
    with pytest.raises(HttpResponseError) as caught:
        sdk.backend.delete(*AT, "p", "*")
    assert "/policies/policy" in error_of(caught).message


def test_a_backend_is_patched_reconnected_and_removed(sdk: Any) -> None:
    put(sdk, "a", {**SINGLE, "description": "old"})
    assert sdk.backend.update(*AT, "a", "*", {"title": "new"}).description == "old"
    assert sdk.backend.reconnect(*AT, "a", {"after": "PT3S"}, cls=raw)[0] == 202
    assert sdk.backend.get_entity_tag(*AT, "a") is True
    assert sdk.backend.delete(*AT, "a", "*", cls=raw)[0] == 200
    assert sdk.backend.delete(*AT, "a", "*", cls=raw)[0] == 204
    with pytest.raises(ResourceNotFoundError):
        sdk.backend.reconnect(*AT, "a")


def test_weights_can_be_changed_alone(sdk: Any) -> None:
    put(sdk, "a", SINGLE)
    put(sdk, "p", {"type": "Pool", "pool": {"services": [{"id": "/backends/a", "weight": 1}]}})
    services = [{"id": "/backends/a", "weight": 0}]
    sdk.backend.update(*AT, "p", "*", wire({"pool": {"services": services}}))
    assert sdk.backend.get(*AT, "p").pool.services[0].weight == 0
