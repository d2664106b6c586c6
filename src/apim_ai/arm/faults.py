"""Misbehaviour on demand: latency, failures, lost connections, busy APIs, throttling. For tests of what deploys.

`Options` is what may be asked for, in the words of the command line; `Faults` decides what happens to one request.
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Literal

from apim_ai.arm.refusal import Refusal, unfinished
from apim_ai.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Generator

    from apim_ai.clock import Clock

__all__ = ["Failure", "Faults", "Options", "Throttle", "parse_failure", "parse_throttle"]

Loss = Literal["drop", "lost"]

_ALL = 100  # per cent
_FAILURE = re.compile(r"(?P<what>[45]\d\d|drop|lost):(?P<share>\d+(?:\.\d+)?)%(?::(?P<methods>[A-Za-z,]+))?\Z")
_METHODS = {"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"}
_THROTTLE = re.compile(r"(?P<burst>\d+)/(?P<rate>\d+(?:\.\d+)?)\Z")
_READS = {"GET", "HEAD"}
_READ_BURST, _READ_RATE = 250, 25.0
_ERRORS = {
    403: ("AuthorizationFailed", "The client does not have authorization to perform this action."),
    409: ("PessimisticConcurrencyConflict", "Operation on the API is in progress"),
    412: ("PreconditionFailed", "Resource was modified since last retrieval."),
    422: ("ManagementApiRequestFailed", "Failed to connect to the management endpoint of the service."),
    429: ("TooManyRequests", "Too many requests. Please try again later."),
    500: ("InternalServerError", "The server encountered an internal error."),
    503: ("ServiceUnavailable", "The service is unavailable."),
}
_RETRY_AFTER = {429, 503}


@dataclass(frozen=True, slots=True)
class Failure:
    """A share of the requests fails in one way.

    Args:
        what: a status; or `drop`, the connection is lost before anything is done; or `lost`, after all is done.
        share: between 0 and 1.
        methods: the methods that it concerns; empty for all.
    """

    what: int | Loss
    share: float
    methods: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Throttle:
    """A token bucket for writes and one for deletes, as ARM has them.

    Args:
        burst: requests at once.
        rate: requests per second after that.
    """

    burst: int
    rate: float


@dataclass(frozen=True, slots=True)
class Options:
    """How the control plane shall behave.

    Args:
        latency_seconds: what each request takes at least.
        polls: polls until a long-running operation tells its outcome; 0 for no long-running operations.
        failures: what goes wrong.
        throttle: the limit of writes, None for none.
        stale_seconds: how long reads do not see a write; 0 for reads that see everything.
        is_busy: whether a second write to an API is refused while one is under way.
        is_read_only: whether every write is refused, as for a reader's role.
        crash_after: the number of writes after which the process dies without an answer, None for never.
    """

    latency_seconds: float = 0.0
    polls: int = 1
    failures: tuple[Failure, ...] = ()
    throttle: Throttle | None = None
    stale_seconds: float = 0.0
    is_busy: bool = False
    is_read_only: bool = False
    crash_after: int | None = None


def parse_failure(text: str) -> Failure:
    """Read `429:5%`, `drop:1%`, `lost:2%` or `500:10%:PUT,DELETE`.

    Raises:
        UsageError: it is none of these.
    """
    match = _FAILURE.match(text.strip())
    methods = frozenset(((match and match["methods"]) or "").upper().split(",")) - {""}
    if match is None or float(match["share"]) > _ALL or not methods <= _METHODS:
        raise UsageError(f"'{text}' is no failure", help="write it as 429:5%, drop:1%, lost:1% or 500:10%:PUT,DELETE")
    what = match["what"]
    return Failure(
        int(what) if what.isdigit() else ("drop" if what == "drop" else "lost"), float(match["share"]) / _ALL, methods
    )


def parse_throttle(text: str) -> Throttle:
    """Read `200/10`: 200 requests at once, then 10 a second.

    Raises:
        UsageError: it is not of this form.
    """
    match = _THROTTLE.match(text.strip())
    if match is None or float(match["rate"]) <= 0:
        raise UsageError(f"'{text}' is no limit", help="write it as 200/10: the burst, then the requests per second")
    return Throttle(int(match["burst"]), float(match["rate"]))


class _Bucket:
    """A token bucket."""

    def __init__(self, burst: int, rate: float, now: float) -> None:
        self._burst = burst
        self._rate = rate
        self._tokens = float(burst)
        self._at = now

    def take(self, now: float) -> float:
        """Take one token; return the seconds to wait when there is none, else 0."""
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            return (1 - self._tokens) / self._rate
        self._tokens -= 1
        return 0.0

    @property
    def left(self) -> int:
        """The tokens left."""
        return int(self._tokens)


class Faults:
    """Decides what happens to each request.

    Args:
        options: what may happen.
        clock: tells the time.
        seed: makes the same faults happen again.
    """

    def __init__(self, options: Options, clock: Clock, seed: int = 0) -> None:
        self.options = options
        self._clock = clock
        self._random = Random(seed)  # noqa: S311 - faults, not secrets
        self._buckets: dict[str, _Bucket] = {}
        self._under_way: Counter[str] = Counter()

    def admit(self, method: str) -> Loss | None:
        """Let a request pass, or tell how its connection is lost.

        Raises:
            Refusal: it fails with an answer.
        """
        if self.options.is_read_only and method not in _READS:
            raise _refusal(403)
        self._throttle(method)
        for failure in self.options.failures:
            if (not failure.methods or method in failure.methods) and self._random.random() < failure.share:
                if isinstance(failure.what, int):
                    raise _refusal(failure.what)
                return failure.what
        return None

    @contextmanager
    def writing(self, api: str | None) -> Generator[None]:
        """Hold the lock of an API while a write to it is under way.

        Raises:
            Refusal: another write holds it.
        """
        if api is None:
            yield
            return
        if self.options.is_busy and self._under_way[api]:
            raise unfinished()
        self._under_way[api] += 1
        try:
            yield
        finally:
            self._under_way[api] -= 1

    def remaining(self, method: str) -> tuple[str, str]:
        """Return ARM's header that tells how many requests of this sort are left."""
        sort, burst = _sort(method), self.options.throttle.burst if self.options.throttle else 200
        bucket = self._buckets.get(sort)
        left = bucket.left if bucket else (_READ_BURST if sort == "reads" else burst) - 1
        return f"x-ms-ratelimit-remaining-subscription-{sort}", str(left)

    def _throttle(self, method: str) -> None:
        limit = self.options.throttle
        if limit is None:
            return
        sort, now = _sort(method), self._clock.monotonic()
        if sort not in self._buckets:
            burst, rate = (_READ_BURST, _READ_RATE) if sort == "reads" else (limit.burst, limit.rate)
            self._buckets[sort] = _Bucket(burst, rate, now)
        wait = self._buckets[sort].take(now)
        if wait:
            raise Refusal(429, *_ERRORS[429], headers=(("Retry-After", str(max(1, round(wait)))),))


def _sort(method: str) -> str:
    return "reads" if method in _READS else "deletes" if method == "DELETE" else "writes"


def _refusal(status: int) -> Refusal:
    code, message = _ERRORS.get(status, ("InjectedFailure", f"The control plane was told to fail with {status}."))
    return Refusal(status, code, message, headers=(("Retry-After", "1"),) if status in _RETRY_AFTER else ())
