"""Counting semaphores by key that never wait, for `limit-concurrency`."""

from __future__ import annotations

__all__ = ["MemoryConcurrency"]


class MemoryConcurrency:
    """Permits by key, counted in this process; keys without permits taken cost nothing."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def acquire(self, key: str, limit: int) -> bool:
        """Take a permit; False when `limit` are taken."""
        taken = self._taken.get(key, 0)
        if taken >= limit:
            return False
        self._taken[key] = taken + 1
        return True

    def release(self, key: str) -> None:
        """Give a permit back."""
        taken = self._taken.get(key, 0) - 1
        if taken > 0:
            self._taken[key] = taken
        else:
            self._taken.pop(key, None)
