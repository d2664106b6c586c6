"""Value cache and response cache."""

from __future__ import annotations

from apim_ai.gateway.caches import MemoryResponseCache, MemoryValueCache
from apim_ai.runtime import StoredResponse


class Now:
    """A clock that stands."""

    time = 0.0

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds


def test_values_expire_and_can_be_removed() -> None:
    clock = Now()
    cache = MemoryValueCache(clock)
    cache.put("a", "x", 10)
    cache.put("b", None, 10)
    assert cache.get("a") == (True, "x")
    assert cache.get("b") == (True, None)
    cache.remove("b")
    assert cache.get("b") == (False, None)
    clock.time = 10
    assert cache.get("a") == (False, None)


def test_what_can_change_is_copied_both_ways() -> None:
    cache = MemoryValueCache(Now())
    value = {"list": [1]}
    cache.put("a", value, 10)
    value["list"].append(2)
    _, found = cache.get("a")
    assert found == {"list": [1]}
    assert isinstance(found, dict)
    found.clear()
    assert cache.get("a") == (True, {"list": [1]})


def test_no_time_keeps_nothing() -> None:
    cache = MemoryValueCache(Now())
    cache.put("a", 1, 10)
    cache.put("a", 2, 0)
    assert cache.get("a") == (False, None)


def test_the_least_used_go_first() -> None:
    cache = MemoryValueCache(Now(), most=2)
    cache.put("a", 1, 10)
    cache.put("b", 2, 10)
    cache.get("a")
    cache.put("c", 3, 10)
    assert [cache.get(key)[0] for key in "abc"] == [True, False, True]


def test_responses_expire() -> None:
    clock = Now()
    cache = MemoryResponseCache(clock)
    response = StoredResponse(200, "OK", (), b"x")
    cache.put("k", response, 5)
    assert cache.get("k") is response
    clock.time = 5
    assert cache.get("k") is None
