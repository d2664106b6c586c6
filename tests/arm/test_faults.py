from __future__ import annotations

import pytest

from apim_ai.arm.faults import Failure, Faults, Options, Throttle, parse_failure, parse_throttle
from apim_ai.arm.refusal import Refusal
from apim_ai.errors import UsageError

from .conftest import FixedClock


def faults(options: Options, clock: FixedClock | None = None) -> Faults:
    return Faults(options, clock or FixedClock())


def status(made: Faults, method: str) -> int | str | None:
    try:
        return made.admit(method)
    except Refusal as refusal:
        return refusal.status


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        ("429:5%", Failure(429, 0.05)),
        ("drop:0.5%", Failure("drop", 0.005)),
        ("lost:100%:put,Delete", Failure("lost", 1.0, frozenset({"PUT", "DELETE"}))),
    ],
)
def test_failures_as_users_write_them(text: str, failure: Failure) -> None:
    assert parse_failure(text) == failure


@pytest.mark.parametrize("text", ["", "429", "200:5%", "boom:5%", "429:x%", "429:101%", "429:5%:FETCH"])
def test_texts_that_are_no_failures(text: str) -> None:
    with pytest.raises(UsageError):
        parse_failure(text)


def test_throttles_as_users_write_them() -> None:
    assert parse_throttle("200/10") == Throttle(200, 10.0)
    for text in ("200", "x/1", "1/0", ""):
        with pytest.raises(UsageError):
            parse_throttle(text)


def test_by_default_nothing_goes_wrong() -> None:
    made = faults(Options())
    assert [status(made, method) for method in ("GET", "PUT", "DELETE")] == [None, None, None]


def test_a_share_of_the_requests_fails_and_the_same_ones_again() -> None:
    options = Options(failures=(Failure(429, 0.3, frozenset({"PUT"})),))
    first = [status(faults(options), "GET")] + [status(made, "PUT") for made in [faults(options)] for _ in range(200)]
    second = [status(faults(options), "GET")] + [status(made, "PUT") for made in [faults(options)] for _ in range(200)]
    assert first == second
    assert first[0] is None
    assert 30 < first.count(429) < 90


@pytest.mark.parametrize(
    ("code", "name"),
    [(409, "PessimisticConcurrencyConflict"), (422, "ManagementApiRequestFailed"), (418, "InjectedFailure")],
)
def test_injected_failures_look_like_the_services(code: int, name: str) -> None:
    with pytest.raises(Refusal) as caught:
        faults(Options(failures=(Failure(code, 1.0),))).admit("PUT")
    assert (caught.value.status, caught.value.code) == (code, name)


def test_throttled_requests_say_when_to_come_again() -> None:
    made = faults(Options(failures=(Failure(429, 1.0),)))
    with pytest.raises(Refusal) as caught:
        made.admit("PUT")
    assert ("Retry-After", "1") in caught.value.headers


def test_buckets_empty_and_fill_again_for_each_sort_of_request() -> None:
    clock = FixedClock()
    made = faults(Options(throttle=Throttle(2, 0.5)), clock)
    assert [status(made, "PUT") for _ in range(3)] == [None, None, 429]
    assert [status(made, "DELETE") for _ in range(3)] == [None, None, 429]
    assert status(made, "GET") is None
    clock.time += 2
    assert [status(made, "PATCH") for _ in range(2)] == [None, 429]
    clock.time += 3600
    assert [status(made, "PUT") for _ in range(3)] == [None, None, 429]


def test_the_header_tells_what_is_left() -> None:
    made = faults(Options(throttle=Throttle(5, 1)))
    made.admit("PUT")
    assert made.remaining("PUT") == ("x-ms-ratelimit-remaining-subscription-writes", "4")
    assert made.remaining("GET")[0] == "x-ms-ratelimit-remaining-subscription-reads"


def test_a_reader_may_read_only() -> None:
    made = faults(Options(is_read_only=True))
    assert [status(made, method) for method in ("GET", "PUT", "POST", "DELETE")] == [None, 403, 403, 403]


def test_one_write_at_a_time_for_each_api_when_busy() -> None:
    made = faults(Options(is_busy=True))
    with made.writing("apis/a"), made.writing("apis/b"), made.writing(None):
        with pytest.raises(Refusal) as caught, made.writing("apis/a"):
            pytest.fail("the lock was given twice")
        assert caught.value.message == "Operation on the API is in progress"
    with made.writing("apis/a"):
        pass
    relaxed = faults(Options())
    with relaxed.writing("apis/a"), relaxed.writing("apis/a"):
        pass
