"""Plans and deployments for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.deploy.check import as_text
from apim_ai.deploy.live import FOREVER
from apim_ai.deploy.rendering import diff_of, drift_diff_of, field_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from apim_ai.deploy.deployment import Deployed
    from apim_ai.deploy.drift import DriftReport
    from apim_ai.deploy.live import Override
    from apim_ai.deploy.outcome import Outcome
    from apim_ai.deploy.plan import Change, Plan, Turned

__all__ = ["deployed", "drift", "plan"]

_SIGNS = {"create": "+", "update": "~", "delete": "-", "recreate": "±"}
_WORDS = {"create": "to create", "update": "to update", "recreate": "to recreate", "delete": "to delete"}
_MOST_LINES = 12


def plan(plan: Plan) -> str:
    """Return a plan: a line for each change, what differs, what to look at twice, and the sum."""
    return "\n".join(_plan(plan))


def deployed(env: str, deployed: Deployed) -> str:
    """Return what a deployment did: failures in full, the rest as a sum, then what the gateway answered."""
    lines = [*_deployed(env, deployed), *([as_text(deployed.smoke)] if deployed.smoke else ())]
    if deployed.rolled_back_to:
        lines.append(f"{env} was rolled back to {deployed.rolled_back_to}")
    return "\n".join(lines)


def drift(report: DriftReport) -> str:
    """Return what drifted: a line for each resource, and what differs where it is known."""
    return "\n".join(_drift(report))


def _drift(report: DriftReport) -> Iterator[str]:
    for each in report.drifts:
        yield f"! {each.kind.replace('_', ' ')} {each.id}: {each.how}"
        yield from (f"    {line}" for line in drift_diff_of(each).splitlines())
    for identifier in report.ignored:
        yield f"· {identifier} drifted and is ignored"
    for override in report.overrides:
        yield _override(override)
    yield from _turned(report.turned)
    if report.drifts:
        yield f"{len(report.drifts)} drifted, {report.unchanged} as deployed; due {report.due.isoformat()}"
    else:
        yield f"no drift, {report.unchanged} as deployed"


def _override(override: Override) -> str:
    limits = ", ".join(f"{limit} {value}" for limit, value in override.limits.items())
    until = "reset" if override.until >= FOREVER else f"{override.until:%Y-%m-%d %H:%M:%SZ}"
    return f"! tier {override.tier} is overridden until {until}: {limits}; it stays"


def _plan(plan: Plan) -> Iterator[str]:
    for change in plan.changes:
        yield from _change(change)
    for identifier in plan.orphans:
        yield f"! {identifier} is no longer declared; --prune would delete it"
    for override in plan.overrides:
        yield _override(override)
    yield from _turned(plan.turned)
    yield from (f"warning: {warning}" for warning in plan.warnings)
    yield _sum(plan)
    for reason in plan.refusals:
        yield f"refused: {reason}"


def _turned(found: Iterable[Turned]) -> Iterator[str]:
    for turned in found:
        yield f"! {turned.id} was turned by an operator and stays so"
        yield from (f"    {field_line(field)}" for field in turned.fields)


def _change(change: Change) -> Iterator[str]:
    notes = [*(["changed outside"] if change.drifted else ()), *(["taken over"] if change.adopted else ())]
    where = change.desired.span if change.desired else None
    suffix = f"  ({', '.join(notes)})" if notes else ""
    yield f"{_SIGNS[change.action]} {change.kind.replace('_', ' ')} {change.id}{suffix}{f'  {where}' if where else ''}"
    for risk in change.risks:
        yield f"    ! {risk}"
    lines = diff_of(change).splitlines()
    shown = lines if change.action != "create" else lines[:_MOST_LINES]
    yield from (f"    {line}" for line in shown)
    if len(shown) < len(lines):
        yield f"    … {len(lines) - len(shown)} more lines"


def _sum(plan: Plan) -> str:
    counts = [f"{plan.count(action)} {words}" for action, words in _WORDS.items() if plan.count(action)]
    if not counts:
        return f"no changes, {len(plan.kept)} unchanged"
    return f"{', '.join(counts)}, {len(plan.kept)} unchanged"


def _deployed(env: str, deployed: Deployed) -> Iterator[str]:
    outcomes = deployed.outcomes
    if not outcomes:
        yield f"no changes: {env} is as declared"
        return
    for state in ("failed", "skipped"):
        for outcome in outcomes:
            if outcome.state == state:
                yield from _outcome(outcome)
    yield from (f"warning: {outcome.warning}; see apim-ai plan" for outcome in outcomes if outcome.warning)
    yield from (f"warning: {warning}" for warning in deployed.warnings)
    counts = {state: sum(outcome.state == state for outcome in outcomes) for state in ("done", "failed", "skipped")}
    yield ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    if deployed.is_complete:
        served = {True: ", and the gateway serves it", False: ", but the gateway does not serve it yet", None: ""}
        yield f"release {deployed.release} is deployed to {env}{served[deployed.served]}"
    else:
        yield f"{env} is half way: what is done is live, the rest is as it was; run deploy again to go on"


def _outcome(outcome: Outcome) -> Iterator[str]:
    sign = "✗" if outcome.state == "failed" else "·"
    yield f"{sign} {outcome.action} {outcome.id}: {outcome.state}: {outcome.error}"
    if outcome.where:
        yield f"    at {outcome.where}"
    if outcome.help:
        yield f"    help: {outcome.help}"
