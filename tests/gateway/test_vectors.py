"""The semantic cache's index."""

from __future__ import annotations

import numpy as np
import pytest

from apim_ai.gateway import vectors
from apim_ai.gateway.vectors import MemoryVectorCache
from apim_ai.runtime import StoredResponse


class Now:
    """A clock that stands."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds


def answer(name: str) -> StoredResponse:
    return StoredResponse(200, "OK", (), name.encode())


def test_an_empty_partition_has_no_nearest() -> None:
    assert MemoryVectorCache(Now()).nearest("p", [1.0, 0.0]) is None


def test_the_nearest_is_found_in_its_partition_only() -> None:
    cache = MemoryVectorCache(Now())
    cache.put("p", [1.0, 0.0], answer("right"), 60)
    cache.put("p", [0.0, 1.0], answer("up"), 60)
    cache.put("q", [1.0, 1.0], answer("other"), 60)
    found = cache.nearest("p", [2.0, 1.0])
    assert found is not None
    assert found[1].body == b"right"
    assert found[0] == pytest.approx(2 / 5**0.5)


def test_an_equal_vector_has_similarity_1() -> None:
    cache = MemoryVectorCache(Now())
    vector = [0.123, -0.456, 0.789]
    cache.put("p", vector, answer("same"), 60)
    found = cache.nearest("p", vector)
    assert found is not None
    assert found[0] == pytest.approx(1.0, abs=1e-6)


def test_entries_expire() -> None:
    clock = Now()
    cache = MemoryVectorCache(clock)
    cache.put("p", [1.0, 0.0], answer("a"), 60)
    clock.time = 59.9
    assert cache.nearest("p", [1.0, 0.0]) is not None
    clock.time = 60
    assert cache.nearest("p", [1.0, 0.0]) is None


@pytest.mark.parametrize(
    "vector", [[], [0.0, 0.0], [1.0], [1.0, 2.0, 3.0], [float("nan"), 1.0], [float("inf"), 1.0], [1e308, 1.0]]
)
def test_a_vector_that_does_not_fit_is_refused(vector: list[float]) -> None:
    cache = MemoryVectorCache(Now())
    cache.put("p", [1.0, 0.0], answer("a"), 60)
    with pytest.raises(ValueError, match="vector"):
        cache.nearest("p", vector)
    with pytest.raises(ValueError, match="vector"):
        cache.put("p", vector, answer("b"), 60)


def test_the_oldest_go_when_a_partition_is_full() -> None:
    cache = MemoryVectorCache(Now(), most=100)
    for number in range(150):
        angle = number / 100
        cache.put("p", [float(np.cos(angle)), float(np.sin(angle))], answer(str(number)), 60)
    oldest = cache.nearest("p", [1.0, 0.0])
    newest = cache.nearest("p", [float(np.cos(1.49)), float(np.sin(1.49))])
    assert oldest is not None
    assert newest is not None
    assert (oldest[1].body, newest[1].body) == (b"50", b"149")


def test_expired_rows_are_used_again() -> None:
    clock = Now()
    cache = MemoryVectorCache(clock, most=1000)
    for number in range(64):
        cache.put("p", [1.0, number / 100], answer(str(number)), 10 if number % 2 else 1000)
    clock.time = 20
    cache.put("p", [-1.0, 0.0], answer("new"), 1000)
    found = cache.nearest("p", [1.0, 0.62])
    assert found is not None
    assert found[1].body == b"62"


def test_sifting_by_signs_finds_what_comparing_all_does(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(7)
    kept = random.normal(size=(3000, 96)).astype(np.float32)
    asked = kept[:50] + random.normal(size=(50, 96)).astype(np.float32) * 0.3
    clock = Now()
    cache = MemoryVectorCache(clock)
    for number, vector in enumerate(kept):
        cache.put("p", vector.tolist(), answer(str(number)), 10 if number == 3 else 60)
    monkeypatch.setattr(vectors, "EXACT", 10_000)
    exact = [cache.nearest("p", vector.tolist()) for vector in asked]
    monkeypatch.setattr(vectors, "EXACT", 1500)
    for vector, best in zip(asked, exact, strict=True):
        sifted = cache.nearest("p", vector.tolist())
        assert sifted is not None
        assert best is not None
        assert sifted[1] == best[1]
        assert sifted[0] == pytest.approx(best[0], abs=1e-6)
    cache.put("p", [1.0] * 96, answer("late"), 60)
    found = cache.nearest("p", [1.0] * 96)
    assert found is not None
    assert found[1].body == b"late"
    clock.time = 30
    expired = cache.nearest("p", kept[3].tolist())
    assert expired is not None
    assert expired[1].body != b"3"


@pytest.mark.parametrize("spread", [0.05, 0.3, 1.0, 3.0])
def test_the_sifting_finds_the_nearest_of_many_alike(monkeypatch: pytest.MonkeyPatch, spread: float) -> None:
    """Clusters of alike vectors, as prompts of one topic are: the nearest by all components is the one found."""
    random = np.random.default_rng(11)
    centres = random.normal(size=(30, 256))
    kept = np.repeat(centres, 100, axis=0) + random.normal(size=(3000, 256)) * spread
    cache = MemoryVectorCache(Now())
    for number, vector in enumerate(kept):
        cache.put("p", vector.tolist(), answer(str(number)), 60)
    asked = centres[random.integers(0, 30, 40)] + random.normal(size=(40, 256)) * spread
    monkeypatch.setattr(vectors, "EXACT", 10_000)
    exact = [cache.nearest("p", vector.tolist()) for vector in asked]
    monkeypatch.setattr(vectors, "EXACT", 100)
    sifted = [cache.nearest("p", vector.tolist()) for vector in asked]
    equal = 0
    for found, best in zip(sifted, exact, strict=True):
        assert found is not None
        assert best is not None
        assert found[0] >= best[0] - 0.02
        equal += found[1] == best[1]
    assert equal >= 39
