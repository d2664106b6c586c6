"""Plans and deployments as Markdown, for comments on pull requests.

A hidden marker stands in the first line, so that a pipeline finds its former comment and updates it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.deploy.rendering import diff_of, drift_diff_of, field_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.deploy.deployment import Deployed
    from apim_ai.deploy.drift import DriftReport
    from apim_ai.deploy.plan import Change, Plan

__all__ = ["LIMIT", "deployed", "drift", "marker", "plan"]

LIMIT = 65_000
"""Characters; GitHub takes 65,536 in a comment."""

_SIGNS = {"create": "create", "update": "update", "delete": "**delete**", "recreate": "**recreate**"}


def marker(stack: str, env: str) -> str:
    """Return the hidden line by which a pipeline finds its former comment."""
    return f"<!-- apim-ai plan {stack} {env} -->"


def plan(plan: Plan) -> str:
    """Return a plan: a table, then each difference folded; cut below what a comment may hold."""
    lines: list[str] = []
    room = LIMIT
    for part in _plan(plan):
        if len(part) + 1 > room - 200:
            lines.append("\n… the rest is left out here; see the pipeline's artefact or `apim-ai plan`.")
            break
        lines.append(part)
        room -= len(part) + 1
    return "\n".join(lines)


def deployed(env: str, deployed: Deployed) -> str:
    """Return what a deployment did: a sentence, and a table of what did not work."""
    return "\n".join(_deployed(env, deployed))


def drift(report: DriftReport) -> str:
    """Return what drifted as a work item with a due date."""
    return "\n".join(_drift(report))


def _drift(report: DriftReport) -> Iterator[str]:
    yield f"<!-- apim-ai drift {report.stack} {report.env} -->"
    if not report.drifts:
        yield f"### No drift in `{report.env}`\n\n{report.unchanged} resources are as they were deployed."
        yield from _turned(report)
        return
    yield f"### Drift in `{report.env}`: {len(report.drifts)} resources, due {report.due.isoformat()}\n"
    yield "Take each change over into the project, or deploy with `--overwrite-drift`.\n"
    yield from (f"- [ ] `{each.id}`: {each.how}" for each in report.drifts)
    for each in report.drifts:
        if text := drift_diff_of(each):
            yield _folded(f"<code>{each.id}</code>", text)
    yield from _turned(report)


def _turned(report: DriftReport) -> Iterator[str]:
    """List what operators turned, which stays until the project says so too."""
    if report.turned:
        yield "\nTurned by operators, to be taken over into the project:\n"
        yield from (f"- `{each.id}`: {_cell(field_line(field))}" for each in report.turned for field in each.fields)


def _plan(plan: Plan) -> Iterator[str]:
    yield marker(plan.stack, plan.env)
    yield f"### Plan for `{plan.env}`\n"
    if plan.refused:
        yield from (f"> ⛔ refused: {_cell(reason)}" for reason in plan.refusals)
        yield ""
    yield from (f"> ⚠ {_cell(warning)}" for warning in plan.warnings)
    if not plan.changes:
        yield f"No changes, {len(plan.kept)} unchanged."
    else:
        yield "| | type | resource | look at |\n|---|---|---|---|"
        yield from (_row(change) for change in plan.changes)
        yield f"\n{len(plan.kept)} unchanged, plan `{plan.id}`\n"
    for identifier in plan.orphans:
        yield f"- `{identifier}` is no longer declared; `--prune` would delete it"
    for override in plan.overrides:
        yield f"- tier `{override.tier}` is overridden until {override.until:%Y-%m-%d %H:%M} UTC and stays so"
    yield from (f"- `{turned.id}` was turned by an operator and stays so" for turned in plan.turned)
    yield from (_details(change) for change in plan.changes if diff_of(change))


def _row(change: Change) -> str:
    notes = [
        *change.risks,
        *(["changed outside"] if change.drifted else ()),
        *(["taken over"] if change.adopted else ()),
    ]
    return f"| {_SIGNS[change.action]} | {change.kind} | `{change.id}` | {_cell('; '.join(notes))} |"


def _details(change: Change) -> str:
    return _folded(f"{change.action} <code>{change.id}</code>", diff_of(change))


def _folded(title: str, text: str) -> str:
    fence = "```" if "```" not in text else "~~~~~~"
    return f"<details><summary>{title}</summary>\n\n{fence}diff\n{text}\n{fence}\n</details>"


def _deployed(env: str, deployed: Deployed) -> Iterator[str]:
    done = sum(outcome.state == "done" for outcome in deployed.outcomes)
    if not deployed.outcomes:
        yield f"`{env}` is as declared; nothing was written."
    elif deployed.is_complete:
        yield f"Release `{deployed.release}` is deployed to `{env}`: {done} changes."
    else:
        yield f"`{env}` is half way: {done} of {len(deployed.outcomes)} changes are live.\n"
        yield "| state | resource | why |\n|---|---|---|"
        for outcome in deployed.outcomes:
            if outcome.state != "done":
                yield f"| {outcome.state} | `{outcome.id}` | {_cell(outcome.error or '')} |"
    if deployed.smoke:
        yield "\n| check | state | what was seen |\n|---|---|---|"
        yield from (f"| {check.name} | {check.state} | {_cell(check.detail)} |" for check in deployed.smoke)
    if deployed.rolled_back_to:
        yield f"\nRolled back to `{deployed.rolled_back_to}`."


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
