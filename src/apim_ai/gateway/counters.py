"""Budgets by key: sliding windows (classic), token buckets (v2) and fixed periods.

Windows and buckets are state machines of their own: time is handed in with every call, so tests need no clock.
`MemoryCounters` holds them by key. Charges are objects, since an AI call is charged twice: an estimate when it comes in
and the real number when the answer has passed, both at the time of the decision.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from apim_ai.runtime import QuotaPeriod, RateCounter

__all__ = ["BucketCharge", "MemoryCounters", "SlidingWindow", "TokenBucket"]

EPSILON = 1e-9
SLOTS = 6000  # entries that a window keeps apart at most: charges closer than period / SLOTS are one entry
SWEEP_EVERY = 4096  # new keys after which idle ones are forgotten
MOST_PERIODS = 1_000_000  # keys with a quota; callers may be able to invent keys


class _Entry:
    """Charges of one moment in a window."""

    __slots__ = ("amount", "time")

    def __init__(self, time: float) -> None:
        self.time = time
        self.amount = 0.0


class WindowCharge:
    """A charge in a sliding window."""

    __slots__ = ("_entry", "_window", "amount")

    def __init__(self, window: SlidingWindow, entry: _Entry, amount: float) -> None:
        self._window = window
        self._entry = entry
        self.amount = amount

    def amend(self, amount: float, *, at: float | None = None) -> None:
        """Replace the amount; one that has left the window already changes nothing there."""
        if at is None:
            self._window.add(self._entry, amount - self.amount)
        else:
            self._window.add(self._entry, -self.amount)
            self._entry = self._window.entry(at)
            self._window.add(self._entry, amount)
        self.amount = amount


class SlidingWindow:
    """What was charged during the last `period` seconds.

    Source: field log of a classic gateway; a charge at second 2 frees its tokens at second 62.
    """

    __slots__ = ("_entries", "_total", "period")

    def __init__(self, period: float) -> None:
        self.period = period
        self._entries: list[_Entry] = []  # an empty deque takes 700 bytes, and there may be 100,000 windows
        self._total = 0.0

    def left(self, limit: float, now: float) -> float:
        """Return what is left of the limit."""
        if self._entries and self._entries[0].time <= now - self.period + EPSILON:
            self._forget(now)
        return limit - self._total

    def wait(self, amount: float, limit: float, now: float) -> float:
        """Return the seconds until `amount` fits, or until anything is left for the amount 0."""
        if self._entries and self._entries[0].time <= now - self.period + EPSILON:
            self._forget(now)
        left = limit - self._total
        if (amount <= left + EPSILON) if amount > 0 else left > EPSILON:
            return 0.0
        for entry in self._entries:
            left += entry.amount
            if _fits(amount, left):
                return entry.time + self.period - now
        return math.inf

    def charge(self, amount: float, limit: float, now: float) -> WindowCharge:  # noqa: ARG002 - a bucket needs the limit
        """Charge an amount."""
        entries = self._entries
        if entries and entries[0].time <= now - self.period + EPSILON:
            self._forget(now)
        near = entries and now - entries[-1].time < self.period / SLOTS
        entry = entries[-1] if near else self.entry(now)
        entry.amount += amount
        self._total += amount
        return WindowCharge(self, entry, amount)

    def entry(self, now: float) -> _Entry:
        """Return the entry for charges of this moment."""
        if self._entries and now - self._entries[-1].time < self.period / SLOTS:
            return self._entries[-1]
        entry = _Entry(now)
        self._entries.append(entry)
        return entry

    def add(self, entry: _Entry, amount: float) -> None:
        """Add to an entry, which may have left the window since."""
        entry.amount += amount
        if self._entries and entry.time >= self._entries[0].time:
            self._total += amount

    def is_idle(self, now: float) -> bool:
        """Whether nothing is charged any more."""
        self._forget(now)
        return not self._entries

    def _forget(self, now: float) -> None:
        entries = self._entries
        border = now - self.period + EPSILON
        if not entries or entries[0].time > border:
            return
        gone = 0
        while gone < len(entries) and entries[gone].time <= border:
            self._total -= entries[gone].amount
            gone += 1
        del entries[:gone]
        if not entries:
            self._total = 0.0  # no rounding errors for ever


class BucketCharge:
    """A charge in a bucket, which remembers how much had run over when it was made."""

    __slots__ = ("_bucket", "_limit", "_overflow", "amount")

    def __init__(self, bucket: TokenBucket, amount: float, limit: float, overflow: float) -> None:
        self._bucket = bucket
        self._limit = limit
        self._overflow = overflow
        self.amount = amount

    def amend(self, amount: float, *, at: float | None = None) -> None:
        """Replace the amount as if it had been this one at the time of the charge, or at the time `at`."""
        if at is not None:
            self._bucket.take(-self.amount, self._limit, at, self._overflow)
            self._overflow = self._bucket.overflow
            self._bucket.take(amount, self._limit, at, self._overflow)
        else:
            self._bucket.take(amount - self.amount, self._limit, None, self._overflow)
        self.amount = amount


class TokenBucket:
    """A bucket of `limit` tokens that fills up with `limit / period` a second; charging after the fact may overdraw it.

    Source: include of 2025-11 on v2 gateways; retry times above a minute, observed, fit a bucket that goes below zero.
    """

    __slots__ = ("_level", "_time", "_touched", "overflow", "period")

    def __init__(self, period: float) -> None:
        self.period = period
        self.overflow = 0.0  # what the full bucket could not take, ever: charges with an earlier time may use it up
        self._level = math.inf  # full, whatever the limit
        self._touched = math.inf  # the level after the last charge
        self._time = -math.inf

    def left(self, limit: float, now: float) -> float:
        """Return the level; a level refilled to exactly 0 from below counts as just above it, for it admits."""
        self._fill(limit, now)
        if abs(self._level) < EPSILON and self._touched < -EPSILON:
            return 2 * EPSILON
        return self._level

    def wait(self, amount: float, limit: float, now: float) -> float:
        """Return the seconds until `amount` fits, or until the level is no longer below 0 for the amount 0."""
        level = self.left(limit, now)
        if _fits(amount, level):
            return 0.0
        if amount > limit:
            return math.inf
        return max((amount - level) * self.period / limit, EPSILON)

    def charge(self, amount: float, limit: float, now: float) -> BucketCharge:
        """Charge an amount."""
        self.take(amount, limit, now, None)
        return BucketCharge(self, amount, limit, self.overflow)

    def take(self, amount: float, limit: float, now: float | None, overflow: float | None) -> None:
        """Lower the level; an amount of an earlier time is first taken from what has run over since."""
        if now is not None:
            self._fill(limit, now)
        if overflow is not None and amount > 0:
            spare = min(amount, self.overflow - overflow)
            self.overflow -= spare
            amount -= spare
        self._level = min(self._level - amount, limit)
        self._touched = self._level

    def is_idle(self, now: float) -> bool:
        """Whether the bucket has had the time to fill up from empty."""
        return self._level >= 0 and now - self._time > self.period

    def _fill(self, limit: float, now: float) -> None:
        if now <= self._time:
            self._level = min(self._level, limit)
            return
        if self._time == -math.inf:
            self._level = limit
        else:
            filled = self._level + (now - self._time) * limit / self.period
            self._level = min(filled, limit)
            self.overflow += filled - self._level
        self._time = now


class PeriodCharge:
    """A charge in a fixed period."""

    __slots__ = ("_period", "amount")

    def __init__(self, period: FixedPeriod, amount: float) -> None:
        self._period = period
        self.amount = amount

    def amend(self, amount: float, *, at: float | None = None) -> None:  # noqa: ARG002 - a period has no finer time
        """Replace the amount in the period in which it was charged."""
        self._period.used += amount - self.amount
        self.amount = amount


class FixedPeriod:
    """What was charged in one period of a quota."""

    __slots__ = ("start", "used")

    def __init__(self, start: float) -> None:
        self.start = start
        self.used = 0.0

    def charge(self, amount: float) -> PeriodCharge:
        """Charge an amount."""
        self.used += amount
        return PeriodCharge(self, amount)


class MemoryCounters:
    """The counters of one region, in memory; idle rate counters are forgotten.

    Args:
        flavor: `classic` for sliding windows, `v2` for token buckets.
    """

    def __init__(self, flavor: Literal["classic", "v2"] = "classic") -> None:
        self._kind = TokenBucket if flavor == "v2" else SlidingWindow
        self._rates: dict[tuple[str, float], SlidingWindow | TokenBucket] = {}
        self._periods: dict[str, FixedPeriod] = {}
        self._first_uses: dict[str, float] = {}
        self._sweep_at = SWEEP_EVERY

    def __len__(self) -> int:
        return len(self._rates)

    def rate(self, key: str, period: float, now: float) -> RateCounter:
        """Return the rate counter of a key."""
        place = (key, period)
        counter = self._rates.get(place)
        if counter is None:
            if len(self._rates) >= self._sweep_at:
                self._rates = {place: counter for place, counter in self._rates.items() if not counter.is_idle(now)}
                self._sweep_at = 2 * len(self._rates) + SWEEP_EVERY
            counter = self._rates[place] = self._kind(period)
        return counter

    def quota(self, key: str, start: float) -> QuotaPeriod:
        """Return the budget of a key in a period; an earlier period of the key is forgotten."""
        period = self._periods.get(key)
        if period is None or period.start < start:
            self._periods.pop(key, None)
            if len(self._periods) >= MOST_PERIODS:
                del self._periods[next(iter(self._periods))]
            period = self._periods[key] = FixedPeriod(start)
        return period

    def first_use(self, key: str, now: float) -> float:
        """Return when a key was first used."""
        return self._first_uses.setdefault(key, now)


def _fits(amount: float, left: float) -> bool:
    return amount <= left + EPSILON if amount > 0 else left > EPSILON
