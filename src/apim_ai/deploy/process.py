"""Which process a deployment runs in, so that one that was killed is known to be dead by its own machine at once."""

from __future__ import annotations

import os
import socket
import uuid
from functools import cache
from pathlib import Path

__all__ = ["is_dead", "this_process"]


def this_process() -> str:
    """Return what tells this process from any other, here and elsewhere."""
    return f"{_machine()}/{os.getpid()}-{_status(os.getpid())[1]}"


def is_dead(process: str) -> bool:
    """Tell whether a process is known to have ended; of another machine's nothing is known."""
    machine, _, rest = process.rpartition("/")
    number, _, began = rest.partition("-")
    if machine != _machine() or not number.isdecimal() or os.name == "nt":  # on Windows signal 0 would end the process
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    state, started = _status(int(number))
    return state == "Z" or bool(began and started and began != started)  # nobody asked for its exit code, or reused


def _status(number: int) -> tuple[str, str]:
    """Return the state of a process and when it began, in ticks since the machine did; known on Linux alone."""
    try:
        status = Path(f"/proc/{number}/stat").read_text(encoding="ascii", errors="replace")
        fields = status.rpartition(")")[2].split()
        return fields[0], fields[19]
    except (OSError, IndexError):
        return "", ""


@cache
def _machine() -> str:
    """Return what tells this machine, since it was started, and this space of process numbers from any other."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()[:13]
        space = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        boot, space = f"{uuid.getnode():x}", 0
    return f"{socket.gethostname()}:{boot}:{space:x}"
