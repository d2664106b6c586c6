"""The terminal: commands, options, exit codes. Engines return values; only this package prints and exits.

A command is a module of `cli.commands` and one row of `table.COMMANDS`; it is imported when it is called. `group` finds
it, `failure` turns errors into stderr and an exit code.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command line and exit with its code."""
    from apim_ai.cli.group import run

    given = list(sys.argv[1:] if arguments is None else arguments)
    code = run(given)
    sys.stdout.flush()
    raise SystemExit(code)
