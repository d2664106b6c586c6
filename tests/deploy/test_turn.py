from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from apim_ai.deploy import turn as module
from apim_ai.deploy.actual import Actual, read
from apim_ai.deploy.ledger import Entry, Ledger
from apim_ai.deploy.process import is_dead, this_process
from apim_ai.deploy.turn import TIME_TO_LIVE, Turn
from apim_ai.errors import Refused
from apim_ai.resource import Resources

from .conftest import NOW, Memory

THING = Entry("backends/b", "backend")


class Now:
    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment


def seen(memory: Memory) -> Actual:
    return read(memory, Resources(), "shop", 2)


def turn(memory: Memory, who: str, now: Now, actual: Actual | None = None) -> Turn:
    return Turn(memory, actual or seen(memory), who, now)


def books(memory: Memory) -> list[str]:
    return [identifier for identifier in memory.entities if "apimai-" in identifier]


def test_one_at_a_time(memory: Memory) -> None:
    now = Now()
    first = turn(memory, "ann", now)
    ledger = first.begin([THING])
    assert ledger.entries["backends/b"].pending
    with pytest.raises(Refused, match="at work: ann since 2026-01-01"):
        turn(memory, "bob", now).begin([])
    first.end(is_recorded=True)
    assert books(memory) == []
    second = turn(memory, "bob", now)
    second.begin([])
    second.end(is_recorded=True)


def test_of_two_that_planned_before_either_began_only_one_goes_on(memory: Memory) -> None:
    now = Now()
    before = seen(memory)
    first, second = turn(memory, "ann", now, before), turn(memory, "bob", now, before)
    first.begin([THING])
    with pytest.raises(Refused, match="ann"):
        second.begin([])
    assert seen(memory).ledger.runs[0].who == "ann"
    first.end(is_recorded=True)


def test_of_two_that_announce_at_the_same_moment_not_both_go_on(memory: Memory) -> None:
    now = Now()
    before = seen(memory)
    first, second = turn(memory, "ann", now, before), turn(memory, "bob", now, before)
    refused: list[Refused] = []

    def meanwhile(verb: str, identifier: str) -> None:
        memory.before_write = lambda verb, identifier: None
        second.begin([])

    memory.before_write = meanwhile
    with pytest.raises(Refused) as caught:
        first.begin([])
    refused.append(caught.value)
    assert len(refused) == 1
    second.end(is_recorded=True)


def test_a_run_that_nobody_prolongs_is_dead_and_what_it_announced_is_ours(memory: Memory) -> None:
    now = Now()
    turn(memory, "ann", now).begin([THING])
    now.moment += TIME_TO_LIVE
    second = turn(memory, "bob", now)
    assert second.begin([]).entries["backends/b"].pending
    second.end(is_recorded=True)
    assert books(memory) == []


def test_a_run_that_is_prolonged_is_not(memory: Memory) -> None:
    now = Now()
    first = turn(memory, "ann", now)
    first.begin([THING])
    for _ in range(3):
        now.moment += TIME_TO_LIVE / 2
        first.renew()
    with pytest.raises(Refused, match="ann"):
        turn(memory, "bob", now).begin([])


def test_a_run_whose_process_is_dead_is_not_waited_for(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    now = Now()
    turn(memory, "ann", now).begin([])

    def dead(process: str) -> bool:
        return process == this_process()

    monkeypatch.setattr(module, "is_dead", dead)
    turn(memory, "bob", now).begin([])


def test_by_force(memory: Memory) -> None:
    now = Now()
    turn(memory, "ann", now).begin([])
    second = turn(memory, "bob", now)
    second.begin([], force=True)
    second.end(is_recorded=True)
    assert books(memory) == []


def test_what_could_not_be_recorded_stays_announced(memory: Memory) -> None:
    now = Now()
    first = turn(memory, "ann", now)
    first.begin([THING])
    first.end(is_recorded=False)
    assert seen(memory).ledger.entries["backends/b"].pending
    second = turn(memory, "bob", now)
    assert second.begin([]).entries["backends/b"].pending


def test_a_deployment_that_ended_since_the_plan(memory: Memory) -> None:
    now = Now()
    actual = seen(memory)
    stale = replace(actual, ledger=Ledger("shop", chunks={"apimai-shop-ledger-0": "former"}))
    with pytest.raises(Refused, match="has ended since"):
        turn(memory, "ann", now, stale).begin([])
    assert books(memory) == []


def test_many_entries_take_several_named_values(memory: Memory) -> None:
    now = Now()
    entries = [Entry(f"backends/{i}", "backend", f"{i * 7919 % 65521:x}" * 3) for i in range(900)]
    first = turn(memory, "ann", now)
    assert len(first.begin(entries).entries) == 900
    assert len(books(memory)) > 1
    now.moment += timedelta(minutes=1)
    first.renew()
    assert len(seen(memory).ledger.entries) == 900
    first.end(is_recorded=True)
    assert books(memory) == []


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells")
def test_a_process_that_ended_and_was_not_waited_for() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert is_dead(f"{this_process().rpartition('/')[0]}/{child.pid}")
    child.wait()


def test_processes() -> None:
    assert not is_dead(this_process())
    machine = this_process().rpartition("/")[0]
    assert is_dead(f"{machine}/999999999")
    assert not is_dead("elsewhere:1/999999999")
    assert not is_dead("nonsense")
    again = this_process().rpartition("-")[0]
    assert is_dead(f"{again}-1")  # the number is another process's by now
    assert not is_dead(again)
