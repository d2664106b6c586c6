"""Threads that mostly wait for the service."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["threads_for", "workers"]

_SWITCH_SECONDS = 0.0005


def threads_for(concurrency: int) -> int:
    """Return how many threads keep so many requests under way: more, for each also has work of its own between two."""
    return concurrency + (concurrency + 1) // 2


@contextmanager
def workers(concurrency: int, name: str) -> Generator[ThreadPoolExecutor]:
    """Give threads that keep so many requests under way.

    Python lets a busy thread run for 5 ms before another one's turn. An answer that waits so long for its reader is a
    request less under way, so the turns are shorter here.

    Args:
        concurrency: requests at once; the client holds to it.
        name: of the threads, for whoever looks at a process that hangs.
    """
    former = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        with ThreadPoolExecutor(threads_for(concurrency), name) as pool:
            yield pool
    finally:
        sys.setswitchinterval(former)
