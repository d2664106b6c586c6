"""The gateway against a fast mock backend on loopback: one worker on one core, load and backend on the other."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from operator import itemgetter
from pathlib import Path
from statistics import median
from typing import Any

from bench.gateway import nginx
from bench.gateway.configurations import KEY, PATH
from bench.gateway.load import Load
from bench.gateway.processes import Child, start
from bench.gateway.tokens import mint

__all__ = ["run"]

SUBJECT_CORE, LOAD_CORE = 1, 0
TOKENS = 2000
REQUESTS = 4000
ROUNDS = 3
WARM_UP = 600
SINGLE = 400
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
        backend = start("bench.gateway.backend", str(key_file), core=LOAD_CORE)
        try:
            return _rows(backend, [(f"Authorization: Bearer {token}", f"api-key: {KEY}") for token in tokens])
        finally:
            backend.stop()


def _rows(backend: Child, callers: list[tuple[str, ...]]) -> list[dict[str, Any]]:
    base = _measured("direct", backend, None, BODY, [()])
    streamed = _measured("direct-stream", backend, None, STREAMING, [()])
    rows = [base, streamed]
    with nginx.serving(backend.port) as proxy:
        if proxy is None:
            sys.stderr.write("nginx is not installed and left out\n")
        else:
            rows.append(_measured("nginx", proxy, base, BODY, [()]))
    for name, configuration, body, headers, reference in (
        ("bare", "bare", BODY, [()], base),
        ("bare-stream", "bare", STREAMING, [()], streamed),
        ("empty", "empty", BODY, [()], base),
        ("full", "full", BODY, callers, base),
        ("full-stream", "full", STREAMING, callers, streamed),
        ("cache-hit", "cache-hit", BODY, [()], base),
    ):
        subject = start("bench.gateway.subject", configuration, str(backend.port), core=SUBJECT_CORE)
        try:
            rows.append(_measured(name, subject, reference, body, headers))
        finally:
            subject.stop()
    return _with_ratios(rows)


def _measured(
    name: str, subject: Child, reference: dict[str, Any] | None, body: str, headers: list[tuple[str, ...]]
) -> dict[str, Any]:
    _send(subject, body, headers, CONNECTIONS, WARM_UP)
    single = _send(subject, body, headers, 1, SINGLE)
    rounds = [_round(name, subject, body, headers) for _ in range(ROUNDS)]
    cpu, many = min(rounds, key=itemgetter(0))  # what else runs on the machine only ever adds
    latencies = sorted(many["latencies"])
    added = {"p50": median(single["latencies"]) * 1e3, "ttfb": median(single["firsts"]) * 1e3}
    return {
        "name": name,
        "connections": CONNECTIONS,
        "rps": round(REQUESTS / many["seconds"]),
        "cpu_us": round(cpu, 1),
        "p50_added_ms": round(added["p50"] - (reference["_p50"] if reference else 0), 3),
        "p99_ms": round(latencies[int(len(latencies) * 0.99)] * 1e3, 2),
        "ttfb_added_ms": round(added["ttfb"] - (reference["_ttfb"] if reference else 0), 3),
        "rss_mib": round(subject.rss_mib(), 1),
        "cold_start_s": round(subject.cold_start, 2),
        "_p50": added["p50"],
        "_ttfb": added["ttfb"],
    }


def _round(name: str, subject: Child, body: str, headers: list[tuple[str, ...]]) -> tuple[float, dict[str, Any]]:
    """Return microseconds of CPU a request, and what the load generator saw."""
    before = subject.cpu_seconds()
    seen = _send(subject, body, headers, CONNECTIONS, REQUESTS)
    if seen["failures"]:
        sys.stderr.write(f"{name}: {seen['failures']} of {REQUESTS} requests failed\n")
    return (subject.cpu_seconds() - before) / REQUESTS * 1e6, seen


def _send(
    subject: Child, body: str, headers: list[tuple[str, ...]], connections: int, requests: int
) -> dict[str, Any]:
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


def _with_ratios(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add CPU as a multiple of the bare stack's, and drop the helpers."""
    bare = {row["name"]: row["cpu_us"] for row in rows if row["name"].startswith("bare")}
    for row in rows:
        reference = bare.get("bare-stream" if row["name"].endswith("-stream") else "bare")
        row["cpu_ratio"] = round(row["cpu_us"] / reference, 2) if reference else None
    return [{key: value for key, value in row.items() if not key.startswith("_")} for row in rows]
