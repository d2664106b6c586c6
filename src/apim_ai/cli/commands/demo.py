"""`apim-ai demo`: the main job, end to end, on this machine."""

from __future__ import annotations

import asyncio
import json
import sys
from enum import StrEnum
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from apim_ai.cli.terminal import is_terminal, wants_color

if TYPE_CHECKING:
    from apim_ai.demo.report import DemoReport
    from apim_ai.demo.world import World
    from apim_ai.deploy.plan import Plan

_REPORT = Path("build/demo-report.html")
_WIDEST = 130


class Format(StrEnum):
    """Output formats."""

    text = "text"
    json = "json"


def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Leave it running and print the addresses.")] = False,
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.text,  # noqa: A002 - the option's name
    project: Annotated[
        str | None, typer.Option("--project", metavar="DIR", help="The project; by default the reference gateway.")
    ] = None,
) -> int:
    """Show the main job end to end: render, lint, serve, deploy, send traffic, report. No Azure, no network.

    Everything runs on 127.0.0.1 with simulated backends, and ends by itself. The report is also written to
    build/demo-report.html.

    \b
    Examples:
      apim-ai demo
      apim-ai demo --keep
    """  # noqa: D301 - typer's marker for text that keeps its lines
    import openai

    del openai  # only asked for, so that a missing extra is named before anything starts

    return _runner().run(_demo(keep=keep, format_=format, project=project))


def _runner() -> asyncio.Runner:
    try:
        import uvloop
    except ImportError:
        return asyncio.Runner()
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


async def _demo(*, keep: bool, format_: Format, project: str | None) -> int:
    from tempfile import TemporaryDirectory

    from apim_ai.demo.scenario import run
    from apim_ai.demo.world import World
    from apim_ai.local import UpOptions
    from apim_ai.project import Project
    from apim_ai.project.template import template_root

    began = perf_counter()
    say = _Progress(quiet=format_ is Format.json)
    with TemporaryDirectory(prefix="apim-ai-demo-") as folder:
        options = UpOptions(
            gateway_port=0, control_plane_port=0, state=Path(folder) / "state", user=Path(folder) / "user"
        )
        async with World(Project.load(project or template_root()), options) as world:
            report = await run(world, began, show_plan=say.plan, progress=say.step)
            say.end()
            _print(report, format_)
            if keep:
                await _keep(world, format_)
    return 0 if report.failed == 0 else 1


async def _keep(world: World, format_: Format) -> None:
    from apim_ai.demo.kept import ready

    line = ready(world)
    if format_ is Format.json:
        typer.echo(json.dumps(line, ensure_ascii=False))
    else:
        for name in ("gateway", "control_plane", "inspector", "issuer", "mint", "backend_log", "backend_fault"):
            typer.echo(f"{name.replace('_', ' '):<14} {line[name]}")
        typer.echo(f"{'token':<14} {line['token']}")
        typer.echo(
            "Running. Press Ctrl-C to stop; with --format json the ready line has callers, keys and prompts too."
        )
    sys.stdout.flush()
    await _until_stopped()


async def _until_stopped() -> None:
    import signal

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stopped.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(stopped.set))
    await stopped.wait()


def _print(report: DemoReport, format_: Format) -> None:
    from apim_ai.demo.reporters import html, text
    from apim_ai.demo.reporters import json as json_reporter

    _REPORT.parent.mkdir(parents=True, exist_ok=True)
    _REPORT.write_text(html.render(report), encoding="utf-8")
    if format_ is Format.json:
        typer.echo(json_reporter.render(report))
        return
    import shutil

    width = min(shutil.get_terminal_size((100, 24)).columns, _WIDEST)
    typer.echo(text.render(report, width=width, color=wants_color()), nl=False)
    typer.echo(f"report: {_REPORT}")


class _Progress:
    """Says on stderr what is being done; one line that changes on a terminal."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._live = is_terminal(sys.stderr)

    def step(self, text: str) -> None:
        """Say a step."""
        if self._quiet:
            return
        if self._live:
            typer.echo(f"\r\x1b[2K{text[:100]} …", err=True, nl=False)
        else:
            typer.echo(text, err=True)

    def plan(self, plan: Plan) -> None:
        """Show the plan."""
        if not self._quiet:
            from apim_ai.deploy.reporters import reporter

            self.end()
            typer.echo(reporter("text").plan(plan), err=True)

    def end(self) -> None:
        """Clear the changing line."""
        if self._live and not self._quiet:
            typer.echo("\r\x1b[2K", err=True, nl=False)
