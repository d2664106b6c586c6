"""Child processes that are measured: started, pinned to a core, asked for CPU time and memory."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

__all__ = ["Child", "pin", "start"]

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(slots=True)
class Child:
    """A server process.

    Attributes:
        port: where it listens.
        cold_start: seconds from its start until it listened.
        start_cpu: CPU seconds until then; what else runs on the machine adds less to it.
        rss_at_start_mib: its resident memory then.
    """

    process: subprocess.Popen[str]
    port: int
    cold_start: float
    start_cpu: float = 0.0
    rss_at_start_mib: float = 0.0

    def __post_init__(self) -> None:
        self.start_cpu = self.cpu_seconds()
        self.rss_at_start_mib = self.rss_mib()

    def cpu_seconds(self) -> float:
        """Return the CPU time it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def rss_mib(self) -> float:
        """Return its resident memory."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()


def start(module: str, *arguments: str, core: int) -> Child:
    """Start `python -m module arguments` on a core; return when it listens."""
    began = perf_counter()
    process = subprocess.Popen([sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True)
    pin(process.pid, core)
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.strip():
        raise RuntimeError(f"{module} {' '.join(arguments)} did not start")
    return Child(process, int(line), perf_counter() - began)


def pin(process: int, core: int) -> None:
    """Keep a process that has just begun, and the threads that it will start, on a core."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(process, {cores[core % len(cores)]})
