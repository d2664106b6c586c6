"""The gateway against a fast mock backend on loopback: one worker on one core, load and backend on the other."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from math import inf
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from bench.gateway import nginx
from bench.gateway.configurations import KEY, PATH
from bench.gateway.load import Load
from bench.gateway.processes import Child, start
from bench.gateway.shape import EVENTS
from bench.gateway.tokens import mint

__all__ = ["run"]

SUBJECT_CORE, LOAD_CORE = 1, 0
TOKENS = 2000
REQUESTS = 4000
ROUNDS = 3
ENOUGH = 80.0  # seconds after which no further round begins, on a machine that is busy with other things
WARM_UP = 600
SINGLE = 400
STREAMS = 1000
EVENT_PAUSE = 0.25  # seconds between the events of the many streams
CONNECTIONS = 32
_BODY = {
    "messages": [{"role": "system", "content": "You are helpful."}, {"role": "user", "content": "Hello, who are you?"}]
}
BODY = json.dumps(_BODY)
STREAMING = json.dumps({**_BODY, "stream": True, "stream_options": {"include_usage": True}}, separators=(",", ":"))


def run() -> list[dict[str, Any]]:
    """Measure each subject; figures added are those beyond the backend called directly."""
    with tempfile.TemporaryDirectory() as folder:
        tokens, keys = mint(TOKENS, "https://bench.test")
        key_file = Path(folder) / "keys.json"
        key_file.write_text(json.dumps(keys), encoding="utf-8")
        callers: list[tuple[str, ...]] = [(f"Authorization: Bearer {token}", f"api-key: {KEY}") for token in tokens]
        backend = start("bench.gateway.backend", str(key_file), core=LOAD_CORE)
        slow = start("bench.gateway.backend", str(key_file), str(EVENT_PAUSE), core=LOAD_CORE)
        try:
            return [*_rows(backend, callers), _many_streams(slow, callers)]
        finally:
            backend.stop()
            slow.stop()


@dataclass(slots=True)
class Subject:
    """What is measured, and its best figures so far: what else runs on the machine only ever adds."""

    name: str
    child: Child
    body: str
    headers: list[tuple[str, ...]]
    reference: str | None = None
    cpu_us: float = inf
    rps: float = 0.0
    p50: float = inf
    ttfb: float = inf
    p99: float = inf

    def measure(self) -> None:
        """Send one round at one connection and one at many."""
        single = _send(self.child, self.body, self.headers, 1, SINGLE)
        self.p50 = min(self.p50, median(single["latencies"]) * 1e3)
        self.ttfb = min(self.ttfb, median(single["firsts"]) * 1e3)
        before = self.child.cpu_seconds()
        many = _send(self.child, self.body, self.headers, CONNECTIONS, REQUESTS)
        self.cpu_us = min(self.cpu_us, (self.child.cpu_seconds() - before) / REQUESTS * 1e6)
        self.rps = max(self.rps, REQUESTS / many["seconds"])
        self.p99 = min(self.p99, sorted(many["latencies"])[int(REQUESTS * 0.99)] * 1e3)
        if many["failures"]:
            sys.stderr.write(f"{self.name}: {many['failures']} of {REQUESTS} requests failed\n")


def _rows(backend: Child, callers: list[tuple[str, ...]]) -> list[dict[str, Any]]:
    with ExitStack() as stack:

        def started(configuration: str) -> Child:
            child = start("bench.gateway.subject", configuration, str(backend.port), core=SUBJECT_CORE)
            stack.callback(child.stop)
            return child

        bare, empty, full, cached = (started(name) for name in ("bare", "empty", "full", "cache-hit"))
        proxy = stack.enter_context(nginx.serving(backend.port, SUBJECT_CORE))
        if proxy is None:
            sys.stderr.write("nginx is not installed and left out\n")
        subjects = [
            Subject("direct", backend, BODY, [()]),
            Subject("direct-stream", backend, STREAMING, [()]),
            *([Subject("nginx", proxy, BODY, [()], "direct")] if proxy else []),
            Subject("bare", bare, BODY, [()], "direct"),
            Subject("bare-stream", bare, STREAMING, [()], "direct-stream"),
            Subject("empty", empty, BODY, [()], "direct"),
            Subject("full", full, BODY, callers, "direct"),
            Subject("full-stream", full, STREAMING, callers, "direct-stream"),
            Subject("cache-hit", cached, BODY, [()], "direct"),
        ]
        for subject in subjects:
            enough = max(WARM_UP, len(subject.headers))  # each token once, however many rounds there is time for
            _send(subject.child, subject.body, subject.headers, CONNECTIONS, enough)
        began = perf_counter()
        for _ in range(ROUNDS):  # in turn, so that a busy moment of the machine meets them all
            for subject in subjects:
                subject.measure()
            if perf_counter() - began > ENOUGH:
                break
        return [_row(subject, {each.name: each for each in subjects}) for subject in subjects]


def _many_streams(backend: Child, callers: list[tuple[str, ...]]) -> dict[str, Any]:
    """Keep many paced streams open at once: what each costs in memory, and how late the slowest began."""
    subject = start("bench.gateway.subject", "full", str(backend.port), core=SUBJECT_CORE)
    try:
        _send(subject, STREAMING, callers, CONNECTIONS, CONNECTIONS)
        before = subject.rss_mib()
        seen = _send(subject, STREAMING, callers, STREAMS, STREAMS)
        if seen["failures"]:
            sys.stderr.write(f"{seen['failures']} of {STREAMS} streams failed\n")
        return {
            "name": "full-streams",
            "connections": STREAMS,
            "rss_mib": round(subject.rss_mib(), 1),
            "kib_per_stream": round((subject.rss_mib() - before) * 1024 / STREAMS, 1),
            "slowest_first_byte_s": round(max(seen["firsts"]), 2),
        }
    finally:
        subject.stop()


def _row(subject: Subject, others: dict[str, Subject]) -> dict[str, Any]:
    reference = others.get(subject.reference or "")
    bare = others["bare-stream" if subject.name.endswith("-stream") else "bare"]
    return {
        "name": subject.name,
        "connections": CONNECTIONS,
        "rps": round(subject.rps),
        "cpu_us": round(subject.cpu_us, 1),
        "cpu_ratio": round(subject.cpu_us / bare.cpu_us, 2),
        "p50_added_ms": round(subject.p50 - reference.p50, 3) if reference else None,
        "p99_ms": round(subject.p99, 2),
        "ttfb_added_ms": round(subject.ttfb - reference.ttfb, 3) if reference else None,
        "event_us": round(subject.cpu_us / (EVENTS + 1), 1) if subject.body is STREAMING else None,
        "rss_at_start_mib": round(subject.child.rss_at_start_mib, 1),
        "rss_mib": round(subject.child.rss_mib(), 1),
        "cold_start_s": round(subject.child.cold_start, 2),
        "start_cpu_s": round(subject.child.start_cpu, 2),
    }


def _send(subject: Child, body: str, headers: list[tuple[str, ...]], connections: int, requests: int) -> dict[str, Any]:
    load = Load(subject.port, PATH, body, tuple(headers), connections, requests)
    given = json.dumps({name: getattr(load, name) for name in Load.__slots__})
    done = subprocess.run(
        ["taskset", "-c", str(LOAD_CORE), sys.executable, "-m", "bench.gateway.load"],
        input=given,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return json.loads(done.stdout)
