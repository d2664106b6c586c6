"""What is known of the terminal, where there is one: a stream may be closed from the start."""

from __future__ import annotations

import os
import sys
from typing import TextIO, cast

__all__ = ["is_asked_here", "is_terminal", "wants_color"]


def is_terminal(stream: TextIO) -> bool:
    """Whether a standard stream is there and a person sees it."""
    given = cast("TextIO | None", stream)
    return given is not None and given.isatty()


def is_asked_here() -> bool:
    """Whether a person can be asked."""
    return is_terminal(sys.stdin)


def wants_color() -> bool:
    """Whether what is printed may be in color (https://no-color.org)."""
    return is_terminal(sys.stdout) and not os.environ.get("NO_COLOR")
