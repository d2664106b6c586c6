"""The difference that a change makes, as lines for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from apim_ai.document import semantic_diff

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apim_ai.deploy.difference import FieldChange
    from apim_ai.deploy.drift import Drift
    from apim_ai.deploy.plan import Change

__all__ = ["diff_of", "drift_diff_of", "field_line"]

_DOCUMENT_KINDS = frozenset({"fragment", "global_policy", "api_policy", "operation_policy", "product_policy"})
_WIDTH = 160
_NOTHING: Mapping[str, Any] = {}


def diff_of(change: Change) -> str:
    """Return what a change does to a resource: fields, and policies by section and element; secrets as words."""
    if change.action == "delete":
        return ""
    before = change.actual.properties if change.actual else _NOTHING
    after = change.desired.properties if change.desired else _NOTHING
    return _lines(change.kind, change.fields, before, after)


def drift_diff_of(drift: Drift) -> str:
    """Return what somebody did to a resource, from what was deployed to what is there."""
    before = drift.deployed.properties if drift.deployed else _NOTHING
    return _lines(drift.kind, drift.fields, before, drift.actual.properties if drift.actual else _NOTHING)


def _lines(kind: str, fields: Sequence[FieldChange], before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    documents = kind in _DOCUMENT_KINDS
    lines = [field_line(field) for field in fields if not (documents and field.path == "value")]
    if documents and any(field.path == "value" for field in fields):
        root = "fragment" if kind == "fragment" else "policies"
        former, now = str(before.get("value") or f"<{root} />"), str(after.get("value") or f"<{root} />")
        lines.append(semantic_diff(former, now, is_global=kind == "global_policy"))
    return "\n".join(line for line in lines if line)


def field_line(field: FieldChange) -> str:
    """Return a line that says how a field differs."""
    if field.before is None:
        return f"+ {field.path}: {_short(field.after)}"
    if field.after is None:
        return f"- {field.path}: {_short(field.before)}"
    return f"~ {field.path}: {_short(field.before)} → {_short(field.after)}"


def _short(value: Any) -> str:  # noqa: ANN401 - JSON
    if value in ("(secret)", "(secret, changed)"):
        return str(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
