"""Faults on demand, and how Azure's client copes with them."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import (
    HttpResponseError,
    ResourceExistsError,
    ServiceRequestError,
    ServiceResponseError,
)

from apim_ai.arm import Failure, Options, Throttle

from .conftest import AT, Plane, client_of, error_of

TAG = {"display_name": "T"}
CODES = {
    403: "AuthorizationFailed",
    409: "PessimisticConcurrencyConflict",
    412: "PreconditionFailed",
    422: "ManagementApiRequestFailed",
    429: "TooManyRequests",
    500: "InternalServerError",
    503: "ServiceUnavailable",
}


def faulty(server: Plane, *failures: Failure, **options: Any) -> None:
    server.restart(Options(failures=failures, **options))


@pytest.mark.parametrize("status", CODES)
def test_each_failure_has_the_services_code(server: Plane, shared_client: Any, status: int) -> None:
    faulty(server, Failure(status, 1.0))
    with pytest.raises(HttpResponseError) as caught:
        shared_client.tag.create_or_update(*AT, "t", TAG)
    assert (caught.value.status_code, error_of(caught).code) == (status, CODES[status])
    assert isinstance(caught.value, ResourceExistsError) == (status == 409)


def retrying(server: Plane, **options: Any) -> Any:
    settings = {"retry_total": 12, "retry_backoff_factor": 0.001, "retry_backoff_max": 0.01, **options}
    return client_of(server, **settings)


@pytest.mark.parametrize("status", [500, 409])
def test_storms_pass_with_retries(server: Plane, status: int) -> None:
    faulty(server, Failure(status, 0.5))
    sdk = retrying(server, retry_on_status_codes=[409])
    for number in range(20):
        sdk.tag.create_or_update(*AT, f"t{number}", TAG)
    assert len(list(sdk.tag.list_by_service(*AT))) == 20


@pytest.mark.parametrize("loss", ["drop", "lost"])
def test_lost_connections_pass_with_retries(server: Plane, loss: Any) -> None:
    faulty(server, Failure(loss, 0.3))
    sdk = retrying(server)
    for number in range(20):
        sdk.tag.create_or_update(*AT, f"t{number}", TAG)
    assert len(list(sdk.tag.list_by_service(*AT))) == 20


@pytest.mark.parametrize(("loss", "there"), [("drop", []), ("lost", ["t"])])
def test_a_lost_answer_is_a_write_and_a_dropped_request_is_none(
    server: Plane, shared_client: Any, loss: Any, there: list[str]
) -> None:
    faulty(server, Failure(loss, 1.0, frozenset({"PUT"})))
    with pytest.raises((ServiceRequestError, ServiceResponseError)):
        shared_client.tag.create_or_update(*AT, "t", TAG)
    assert [tag.name for tag in shared_client.tag.list_by_service(*AT)] == there


def test_throttled_writes_say_when_to_come_again(server: Plane, shared_client: Any) -> None:
    faulty(server, throttle=Throttle(2, 0.5))
    left: list[str] = []

    def hook(response: Any) -> None:
        left.append(response.http_response.headers["x-ms-ratelimit-remaining-subscription-writes"])

    for number in range(2):
        shared_client.tag.create_or_update(*AT, f"t{number}", TAG, raw_response_hook=hook)
    with pytest.raises(HttpResponseError) as caught:
        shared_client.tag.create_or_update(*AT, "t2", TAG)
    assert (caught.value.status_code, error_of(caught).code) == (429, "TooManyRequests")
    answer: Any = caught.value.response
    assert int(answer.headers["Retry-After"]) >= 1
    assert left == ["1", "0"]
    assert shared_client.tag.get(*AT, "t0").name == "t0"


def test_a_reader_reads_and_writes_nothing(server: Plane, shared_client: Any) -> None:
    faulty(server, is_read_only=True)
    assert list(shared_client.api.list_by_service(*AT)) == []
    for call in (
        lambda: shared_client.tag.create_or_update(*AT, "t", TAG),
        lambda: shared_client.tag.delete(*AT, "t", "*"),
        lambda: shared_client.subscription.list_secrets(*AT, "master"),
    ):
        with pytest.raises(HttpResponseError) as caught:
            call()
        assert (caught.value.status_code, error_of(caught).code) == (403, "AuthorizationFailed")


def test_a_busy_api_refuses_writes_until_its_operation_has_ended(server: Plane, shared_client: Any) -> None:
    faulty(server, is_busy=True, polls=3)
    body = {"display_name": "Shop", "path": "shop"}
    shared_client.api.begin_create_or_update(*AT, "shop", body, polling=False)
    operation = {"display_name": "O", "method": "GET", "url_template": "/o"}
    with pytest.raises(ResourceExistsError) as caught:
        shared_client.api_operation.create_or_update(*AT, "shop", "o", operation)
    assert (error_of(caught).code, error_of(caught).message) == (
        "PessimisticConcurrencyConflict",
        "Operation on the API is in progress",
    )
    shared_client.tag.create_or_update(*AT, "t", TAG)


def test_latency_is_waited_for(server: Plane, shared_client: Any) -> None:
    waited: list[float] = []

    class Clock:
        def now(self) -> float:
            return 1_767_225_600.0

        def monotonic(self) -> float:
            return 0.0

        async def sleep(self, seconds: float) -> None:
            waited.append(seconds)

    server.restart(Options(latency_seconds=7.5), clock=Clock())
    shared_client.tag.create_or_update(*AT, "t", TAG)
    assert waited == [7.5]
