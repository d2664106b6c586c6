"""Plans and deployments as JSON, for pipelines; the shapes are fixed."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from apim_ai.deploy.live import FOREVER, route_of
from apim_ai.deploy.rendering import diff_of, drift_diff_of, field_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from apim_ai.deploy.deployment import Deployed
    from apim_ai.deploy.drift import Drift, DriftReport
    from apim_ai.deploy.live import Override
    from apim_ai.deploy.outcome import Outcome
    from apim_ai.deploy.plan import Change, Plan, Turned

__all__ = ["deployed", "document", "drift", "plan"]

_SCHEMA = 1


def plan(plan: Plan) -> str:
    """Return a plan as a JSON document."""
    return json.dumps(document(plan), ensure_ascii=False, indent=2)


def deployed(env: str, deployed: Deployed) -> str:
    """Return what a deployment did as a JSON document."""
    content = {
        "env": env,
        "release": deployed.release,
        "outcomes": [_outcome(outcome) for outcome in deployed.outcomes],
        "served": deployed.served,
        "smoke": [asdict(check) for check in deployed.smoke],
        "rolled_back_to": deployed.rolled_back_to,
        "warnings": list(deployed.warnings),
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def document(plan: Plan) -> dict[str, Any]:
    """Return a plan as the JSON value that `--out` writes and `deploy --plan` compares."""
    return {
        "schema": _SCHEMA,
        "env": plan.env,
        "stack": plan.stack,
        "target": plan.target,
        "plan_id": plan.id,
        "generated_at": plan.at.isoformat(timespec="seconds"),
        "changes": [_change(change) for change in plan.changes],
        "unchanged": len(plan.kept),
        "refused": plan.refused,
        "refusals": list(plan.refusals),
        "orphans": list(plan.orphans),
        "overrides": [*map(_override, plan.overrides), *_route_overrides(plan.turned)],
        "turned": _turned(plan.turned),
        "warnings": list(plan.warnings),
        "summary": {action: plan.count(action) for action in ("create", "update", "delete", "recreate")},
    }


def drift(report: DriftReport) -> str:
    """Return what drifted as a JSON document in the shape of a plan: what a deployment would do about it."""
    content = {
        "env": report.env,
        "stack": report.stack,
        "changes": [_drift(each) for each in report.drifts],
        "unchanged": report.unchanged,
        "refused": None,
        "ignored": list(report.ignored),
        "overrides": [*map(_override, report.overrides), *_route_overrides(report.turned)],
        "turned": _turned(report.turned),
        "due": report.due.isoformat() if report.drifts else None,
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _drift(each: Drift) -> dict[str, Any]:
    action = {"changed outside": "update", "deleted outside": "create", "unknown extra": "delete"}[each.how]
    return {"action": action, "type": each.kind, "id": each.id, "diff": drift_diff_of(each), "drift": each.how}


def _override(override: Override) -> dict[str, Any]:
    until = None if override.until >= FOREVER else override.until.isoformat(timespec="seconds")
    return {"tier": override.tier, "limits": dict(override.limits), "until": until}


def _turned(found: Iterable[Turned]) -> list[dict[str, str]]:
    return [{"id": each.id, "diff": "\n".join(field_line(field) for field in each.fields)} for each in found]


def _route_overrides(found: Iterable[Turned]) -> Iterator[dict[str, Any]]:
    """Yield the routes that operators turned, in the shape of `apim-ai route list`."""
    for turned in found:
        route = route_of(turned.id)
        if route is not None:
            for field in turned.fields:
                yield {"route": route, "backend": field.before, "override": field.after}


def _change(change: Change) -> dict[str, Any]:
    span = change.desired.span if change.desired else None
    return {
        "action": change.action,
        "type": change.kind,
        "id": change.id,
        "diff": diff_of(change),
        "where": None if span is None else str(span),
        "risks": list(change.risks),
        "drifted": change.drifted,
        "adopted": change.adopted,
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "action": outcome.action,
        "type": outcome.kind,
        "id": outcome.id,
        "state": outcome.state,
        "error": outcome.error,
        "where": outcome.where,
        "help": outcome.help,
        "warning": outcome.warning,
        "seconds": round(outcome.seconds, 3),
    }
