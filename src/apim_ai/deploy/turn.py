"""One deployment's turn at a stack: nobody else writes, and what it is about to create is known as its own.

The API has no "create only if absent", so there is no lock to take. Instead a run announces itself in named values of
its own and then reads back who else did. Of two that begin at the same moment the one whose announcement landed later
sees the other's and gives way; it may be that both do, never that both go on. An announcement counts until the run takes
it away, its process is seen to be dead, or nobody prolonged it for its time to live.
"""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING

from apim_ai.deploy.ledger import Entry, Ledger, Run
from apim_ai.deploy.process import is_dead, this_process
from apim_ai.errors import OutsideError, Refused
from apim_ai.resource import kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from apim_ai.deploy.actual import Actual
    from apim_ai.deploy.service import Service

__all__ = ["TIME_TO_LIVE", "Turn"]

TIME_TO_LIVE = timedelta(minutes=3)
_AT_ONCE = 16
_OVER: set[str] = set()
"""Runs of this very process that have ended, for the control plane may have been gone when they did."""


class Turn:
    """The turn of one deployment, between `begin` and `end`.

    Args:
        service: the control plane.
        actual: the service as the plan saw it.
        who: shown to whoever finds the stack taken.
        now: tells the time.
    """

    def __init__(self, service: Service, actual: Actual, who: str, now: Callable[[], datetime]) -> None:
        self._service = service
        self._before = actual.ledger
        self._now = now
        self._run = Run(secrets.token_hex(8), who, _iso(now()), _iso(now() + TIME_TO_LIVE), this_process())
        self._created: tuple[Entry, ...] = ()
        self._announced: Mapping[str, str] = {}
        self._found: frozenset[str] = frozenset()
        self._ended = Event()

    def begin(self, created: Iterable[Entry], *, force: bool = False) -> Ledger:
        """Take the turn and announce what will be created.

        Args:
            created: entries of what will be created.
            force: take the turn from whoever has it.

        Returns:
            The ledger with the announced entries, pending.

        Raises:
            Refused: another deployment is at work, or ended since the plan was made.
            OutsideError: the control plane failed.
        """
        overruled = {run.nonce for run in self._before.runs} if force else set[str]()
        self._make_way(self._before, overruled)
        self._created = tuple(created)
        self._announced = self._before.announced(self._run, self._created)
        try:
            with ThreadPoolExecutor(_AT_ONCE, "apim-ai-turn") as pool:
                list(pool.map(self._put, self._announced.keys(), self._announced.values()))
            found = Ledger.read(self._before.stack, self._service.list(kinds.find("named_value")))
            self._found = found.announcements
            self._make_way(found, overruled)
            if dict(found.chunks) != dict(self._before.chunks):
                raise Refused("another deployment has ended since this plan was made", help="plan again")
        except BaseException:
            self.abandon()
            raise
        Thread(target=self._prolong, name="apim-ai-turn", daemon=True).start()
        return replace(found, salt=self._before.salt)

    def renew(self) -> None:
        """Prolong the turn."""
        self._run = replace(self._run, until=_iso(self._now() + TIME_TO_LIVE))
        renewed = self._before.announced(self._run, self._created)
        first = min(renewed)
        self._put(first, renewed[first])

    def end(self, *, is_recorded: bool) -> None:
        """Give the turn back.

        Args:
            is_recorded: whether the ledger says what was created; else the announcement stays, for the next run.
        """
        self._give_back({*self._announced, *self._before.announcements, *self._found} if is_recorded else ())

    def abandon(self) -> None:
        """Give the turn back before anything was written."""
        self._give_back(self._announced)

    def _give_back(self, gone: Iterable[str]) -> None:
        """End the turn and take announcements away: our own, and when all is recorded those of runs that died."""
        self._ended.set()
        _OVER.add(self._run.nonce)
        with ThreadPoolExecutor(_AT_ONCE, "apim-ai-turn") as pool:
            for task in [pool.submit(self._remove, name) for name in gone]:
                with suppress(OutsideError):  # what was done is done; the announcement runs out by itself
                    task.result()

    def _make_way(self, ledger: Ledger, overruled: set[str]) -> None:
        """Refuse to go on when another run is at work."""
        for run in ledger.runs:
            if run.nonce not in overruled | {self._run.nonce} and self._is_alive(run):
                raise Refused(
                    f"another deployment is at work: {run.who} since {run.since}",
                    help="wait until it has ended; if it died, --force-unlock goes on without it",
                )

    def _is_alive(self, run: Run) -> bool:
        if run.nonce in _OVER or is_dead(run.process):
            return False
        return datetime.fromisoformat(run.until) > self._now()

    def _prolong(self) -> None:
        """Prolong the turn again and again while the deployment goes on."""
        while not self._ended.wait(TIME_TO_LIVE.total_seconds() / 3):
            with suppress(OutsideError):  # the deployment itself finds out that the control plane is gone
                self.renew()

    def _put(self, name: str, value: str) -> None:
        properties = {"displayName": name, "value": value, "secret": False}
        self._service.put(kinds.find("named_value"), f"namedValues/{name}", properties)

    def _remove(self, name: str) -> None:
        self._service.delete(kinds.find("named_value"), f"namedValues/{name}")


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
