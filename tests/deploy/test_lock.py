from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from apim_ai.deploy.lock import Lock, lock_id
from apim_ai.errors import Refused
from apim_ai.resource import kinds

from .conftest import NOW, Memory


class Now:
    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment


def lock(memory: Memory, who: str, now: Now) -> Lock:
    return Lock(memory, "shop", who, now)


def taken(memory: Memory, who: str, now: Now, *, force: bool = False) -> Lock:
    found = lock(memory, who, now)
    found.acquire(force=force)
    found.verify(memory.list(kinds.find("named_value")))
    return found


def test_one_at_a_time(memory: Memory) -> None:
    now = Now()
    first = taken(memory, "ann", now)
    with pytest.raises(Refused, match="holds the lock: ann since 2026-01-01"):
        taken(memory, "bob", now)
    first.release()
    taken(memory, "bob", now).release()


def test_a_lock_that_nobody_renews_runs_out(memory: Memory) -> None:
    now = Now()
    taken(memory, "ann", now)
    now.moment += timedelta(minutes=11)
    taken(memory, "bob", now)


def test_a_lock_that_is_renewed_does_not(memory: Memory) -> None:
    now = Now()
    first = taken(memory, "ann", now)
    for _ in range(5):
        now.moment += timedelta(minutes=4)
        first.renew()
    with pytest.raises(Refused, match="ann"):
        taken(memory, "bob", now)


def test_a_lock_taken_by_force_is_lost(memory: Memory) -> None:
    now = Now()
    first = taken(memory, "ann", now)
    taken(memory, "bob", now, force=True)
    now.moment += timedelta(minutes=4)
    with pytest.raises(Refused, match="bob"):
        first.renew()
    first.release()
    with pytest.raises(Refused, match="bob"):
        taken(memory, "cyd", now)


def test_two_that_put_the_very_first_lock_at_once(memory: Memory) -> None:
    now = Now()
    first, second = lock(memory, "ann", now), lock(memory, "bob", now)

    def meanwhile(verb: str, identifier: str) -> None:
        memory.before_write = lambda verb, identifier: None
        second.acquire()

    memory.before_write = meanwhile
    first.acquire()
    named_values = memory.list(kinds.find("named_value"))
    first.verify(named_values)
    with pytest.raises(Refused, match="ann"):
        second.verify(named_values)


def test_a_value_that_is_no_lock_is_free(memory: Memory) -> None:
    memory.put(kinds.find("named_value"), lock_id("shop"), {"displayName": "x", "value": "[1]"})
    taken(memory, "ann", Now())
