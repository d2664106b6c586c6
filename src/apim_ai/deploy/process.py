"""Which process a deployment runs in, so that one that was killed is known to be dead by its own machine at once."""

from __future__ import annotations

import os
import socket
import uuid
from pathlib import Path

__all__ = ["is_dead", "this_process"]


def this_process() -> str:
    """Return what tells this process from any other, here and elsewhere."""
    return f"{_machine()}/{os.getpid()}"


def is_dead(process: str) -> bool:
    """Tell whether a process is known to have ended; of another machine's nothing is known."""
    machine, _, number = process.rpartition("/")
    if machine != _machine() or not number.isdecimal() or os.name == "nt":  # on Windows signal 0 would end the process
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return _is_zombie(number)


def _is_zombie(number: str) -> bool:
    """Tell whether a process has ended and nobody asked for its exit code yet; known on Linux alone."""
    try:
        state = Path(f"/proc/{number}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[:1] == ["Z"]


def _machine() -> str:
    return f"{socket.gethostname()}:{uuid.getnode():x}"
