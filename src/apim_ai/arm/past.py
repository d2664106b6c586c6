"""Stale reads on demand: the state as it was a moment ago, as a client may see it of a service that is eventually consistent."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from apim_ai.arm.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.arm.entity import Entity

__all__ = ["Past"]


class Past:
    """Remembers the states of a store for a while.

    Args:
        store: what to remember.
        seconds: for how long a change goes unseen.
        now: tells seconds that never go back.
    """

    def __init__(self, store: Store, seconds: float, now: Callable[[], float]) -> None:
        self._store = store
        self._seconds = seconds
        self._now = now
        self._present = store.entities()
        self._states: deque[tuple[float, tuple[Entity, ...]]] = deque()
        store.on_change(self._remember)

    def view(self) -> Store:
        """Return the state as it was; for reading alone."""
        oldest = self._now() - self._seconds
        while self._states and self._states[0][0] <= oldest:
            self._states.popleft()
        return Store.of_entities(self._states[0][1]) if self._states else self._store

    def _remember(self, _: frozenset[str]) -> None:
        """Keep the state that has just ended, with the time of its end."""
        self._states.append((self._now(), self._present))
        self._present = self._store.entities()
