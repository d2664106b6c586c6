"""The terminal: commands, options, exit codes. Engines return values; only this package prints and exits.

A command is a module of `cli.commands` and one row of `table.COMMANDS`; it is imported when it is called. `group` finds
it, `failure` turns errors into stderr and an exit code.
"""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_INTERRUPTED = 130
_GARBAGE = 500_000
"""New objects between two collections: what a command loads and builds stays until it ends. Servers set their own."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command line and exit with its code."""
    gc.set_threshold(_GARBAGE)
    try:
        from apim_ai.cli.group import flush, run
    except KeyboardInterrupt:  # Ctrl-C while the program itself is being loaded
        raise SystemExit(_INTERRUPTED) from None

    given = list(sys.argv[1:] if arguments is None else arguments)
    code = flush(run(given), given)
    if arguments is None:
        gc.freeze()  # the interpreter would look through everything that was built once more before it ends
    raise SystemExit(code)
