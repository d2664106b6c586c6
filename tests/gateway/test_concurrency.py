"""Permits by key."""

from __future__ import annotations

from apim_ai.gateway.concurrency import MemoryConcurrency


def test_permits_are_counted_by_key() -> None:
    permits = MemoryConcurrency()
    assert permits.acquire("a", 2)
    assert permits.acquire("a", 2)
    assert not permits.acquire("a", 2)
    assert permits.acquire("b", 1)
    permits.release("a")
    assert permits.acquire("a", 2)
