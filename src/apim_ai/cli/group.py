"""The root command: finds command modules by name when they are called, and prints the grouped help."""

from __future__ import annotations

import importlib
import signal
import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from apim_ai.cli.table import COMMANDS, EXAMPLES
from apim_ai.errors import UsageError

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["flush", "run"]

_INTERRUPTED = 130
_DOCUMENTATION = "Exit codes: 0 done, 1 the answer is no, 2 wrong input, 3 something outside failed."


class LazyGroup(TyperGroup):
    """Imports `cli.commands.<name>` when that command is asked for.

    Contexts, commands and formatters are click's, of which typer may bring its own copy: so they are not named here.
    """

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - see the class
        """Return the names in the order of the table."""
        return [row.name for row in COMMANDS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - see the class
        """Import a command, or return None when there is none of that name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"apim_ai.cli.commands.{cmd_name.replace('-', '_')}")
        app = getattr(module, "app", None)
        if app is None:
            app = typer.Typer(add_completion=False)
            app.command(cmd_name)(getattr(module, cmd_name.replace("-", "_")))
        command = typer.main.get_command(app)
        command.name = cmd_name
        for each in (command, *getattr(command, "commands", {}).values()):
            each.help = _unwrapped(each.help or "")
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - see the class
        """Suggest a name for a misspelt command.

        Raises:
            UsageError: there is no such command.
        """
        if args and args[0] not in self.list_commands(ctx):
            close = get_close_matches(args[0], self.list_commands(ctx), n=1)
            help_ = f"did you mean '{close[0]}'?" if close else "see 'apim-ai --help'"
            raise UsageError(f"there is no command '{args[0]}'", help=help_)
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - see the class
        """Write the help from the table, without importing a command."""
        formatter.write(f"{ctx.command.help}\n\n")
        formatter.write_usage("apim-ai", "COMMAND [OPTIONS]")
        width = max(len(row.name) for row in COMMANDS)
        for group in dict.fromkeys(row.group for row in COMMANDS):
            with formatter.section(typer.style(group, bold=True)):
                formatter.write_dl([(row.name.ljust(width), row.help) for row in COMMANDS if row.group == group])
        with formatter.section(typer.style("Options", bold=True)):
            records = (parameter.get_help_record(ctx) for parameter in self.get_params(ctx))
            formatter.write_dl([record for record in records if record])
        with formatter.section(typer.style("Examples", bold=True)):
            for command, purpose in EXAMPLES:
                formatter.write_text(f"$ {command}")
                with formatter.indentation():
                    formatter.write_text(purpose)
        formatter.write(f"\n{_DOCUMENTATION}\n")


def _unwrapped(text: str) -> str:
    """Join the lines of each paragraph but the examples: the terminal breaks them where it ends."""
    paragraphs = text.split("\n\n")
    return "\n\n".join(each if each.startswith("\b") else " ".join(each.split()) for each in paragraphs)


def _version(value: bool) -> None:
    if value:
        from apim_ai import __version__

        typer.echo(f"apim-ai {__version__}")
        raise typer.Exit


app = typer.Typer(cls=LazyGroup, name="apim-ai", invoke_without_command=True, pretty_exceptions_enable=False)


@app.callback()
def root(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback prints
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,  # noqa: ARG001 - read by failure
) -> None:
    """The AI gateway you can test on your laptop and ship to Azure API Management."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(UsageError.exit_code)


class _Termination:
    """Lets SIGTERM end a command the way Ctrl-C does.

    An event loop cancels its main task at Ctrl-C. An exception of our own would end in whatever task runs just then,
    and be lost with it.
    """

    def __init__(self) -> None:
        self.came = False

    def __call__(self, _number: int, frame: FrameType | None) -> None:
        self.came = True
        interrupt = signal.getsignal(signal.SIGINT)
        assert callable(interrupt)  # noqa: S101 - `run` sets one
        interrupt(signal.SIGINT, frame)


def run(arguments: list[str]) -> int:
    """Run a command line and return its exit code."""
    from apim_ai.cli import failure

    termination = _Termination()
    signal.signal(signal.SIGTERM, termination)
    if not callable(
        signal.getsignal(signal.SIGINT)
    ):  # a shell ignores Ctrl-C for what a script starts in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        result: Any = typer.main.get_command(app).main(arguments, prog_name="apim-ai", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        result = _INTERRUPTED
    except BrokenPipeError:
        return failure.broken_pipe()
    except Exception as error:  # noqa: BLE001 - no traceback reaches a user
        return failure.report(error, arguments)
    if result == _INTERRUPTED:  # typer's own answer to Ctrl-C too
        return 0 if _serves(arguments) else 143 if termination.came else _INTERRUPTED
    return result if isinstance(result, int) else 0


def flush(code: int, arguments: list[str]) -> int:
    """Write out what was printed, and return the exit code: that of the command unless its output cannot be written."""
    from apim_ai.cli import failure

    try:
        if sys.stdout is not None:  # pyright: ignore[reportUnnecessaryComparison]  # it is None where it was closed from the start
            sys.stdout.flush()
    except BrokenPipeError:
        return failure.broken_pipe()
    except OSError as error:
        failure.discard_output()
        return failure.report(error, arguments)
    return code


def _serves(arguments: list[str]) -> bool:
    """Whether the command runs until it is ended: being ended is then no failure, also before it is ready."""
    return arguments[:1] == ["up"] or arguments[:2] == ["--debug", "up"]
