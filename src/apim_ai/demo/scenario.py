"""The whole demo in order: start, ship, send traffic, check, report."""

from __future__ import annotations

from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING

from apim_ai import __version__
from apim_ai.demo.checks import access, cache, limits, operations, resilience, routing
from apim_ai.demo.report import Check, DemoReport, Excerpt, ExcerptStep, Stage, Table
from apim_ai.demo.ship import ship

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.demo.world import World
    from apim_ai.deploy.plan import Plan
    from apim_ai.runtime import Exchange

__all__ = ["CHECKS", "run"]

CHECKS = (
    *access.CHECKS,
    *cache.CHECKS,
    *limits.CHECKS,
    *resilience.CHECKS,
    *routing.CHECKS,
    *operations.CHECKS,
)
_MICROSECONDS = 1_000_000


async def run(
    world: World,
    began: float,
    *,
    show_plan: Callable[[Plan], None],
    progress: Callable[[str], None],
) -> DemoReport:
    """Ship the configuration, run every check, and return the report.

    Args:
        world: what runs.
        began: when the demo began, by `perf_counter`.
        show_plan: shows the plan before it is executed.
        progress: told what is being done.
    """
    started = datetime.now(UTC)
    stages = [
        Stage("start", perf_counter() - began, "gateway, control plane, seven backends and an issuer on 127.0.0.1")
    ]
    progress("rendering, linting, planning and deploying")
    shipped = await ship(world, show_plan)
    stages += shipped.stages
    traffic = perf_counter()
    checks: list[Check] = []
    for check in CHECKS:
        progress((check.__doc__ or check.__name__).rstrip("."))
        checks.append(await _run(check, world))
    requests = len(world.reports.exchanges)
    stages.append(Stage("traffic", perf_counter() - traffic, f"{requests} requests through the gateway"))
    return DemoReport(
        version=__version__,
        started=started.strftime("%Y-%m-%d %H:%M UTC"),
        seconds=perf_counter() - began,
        stages=tuple(stages),
        checks=tuple(checks),
        tables=(*shipped.tables, _tokens(world)),
        excerpts=_excerpts(world),
    )


async def _run(check: Callable[[World], object], world: World) -> Check:
    """Run a check; one that breaks is one that failed, and the others still run."""
    began = perf_counter()
    try:
        return await check(world)  # type: ignore[misc,no-any-return]  # every check is a coroutine function
    except Exception as error:  # noqa: BLE001 - whatever it is stands in the report
        name = check.__name__.replace("_", " ")
        seconds = perf_counter() - began
        return Check(
            name, "Broken checks", "an answer", f"{type(error).__name__}: {error}", passed=False, seconds=seconds
        )


def _tokens(world: World) -> Table:
    """Return the tokens that were metered, by team and model."""
    sums: dict[tuple[str, str], float] = {}
    for metric in world.reports.metrics:
        if metric.name == "Total Tokens":
            dimensions = dict(metric.dimensions)
            key = (dimensions.get("Team", ""), dimensions.get("Model", ""))
            sums[key] = sums.get(key, 0) + metric.value
    rows = tuple((team, model, f"{tokens:,.0f}") for (team, model), tokens in sorted(sums.items()))
    return Table("Tokens by team and model", ("team", "model", "tokens"), rows)


def _excerpts(world: World) -> tuple[Excerpt, ...]:
    """Return the traces of a served, a cached and a refused request."""
    wanted: dict[str, Callable[[Exchange], bool]] = {
        "A question that a model answered": lambda e: _status(e) == 200 and e.received > 0,  # noqa: PLR2004 - OK
        "A question that the cache answered": lambda e: _status(e) == 200 and e.variables.get("cache-result") == "hit",  # noqa: PLR2004 - OK
        "A request that was refused": lambda e: _status(e) == 429,  # noqa: PLR2004 - Too Many Requests
    }
    found = ((title, next(filter(fits, world.reports.exchanges), None)) for title, fits in wanted.items())
    return tuple(_excerpt(title, exchange) for title, exchange in found if exchange is not None)


def _status(exchange: Exchange) -> int:
    return exchange.response.status if exchange.response is not None else 0


def _excerpt(title: str, exchange: Exchange) -> Excerpt:
    steps = tuple(
        ExcerptStep(
            step.policy,
            step.section,
            step.depth,
            None if step.seconds is None else step.seconds * _MICROSECONDS,
            tuple(step.notes),
            failed=step.error is not None,
        )
        for step in exchange.trace.steps
    )
    request = exchange.request
    return Excerpt(title, f"{request.method} {exchange.context.original_url.path} → {_status(exchange)}", steps)
