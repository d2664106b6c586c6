"""The difference that a change makes, as lines for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from apim_ai.document import semantic_diff

if TYPE_CHECKING:
    from apim_ai.deploy.difference import FieldChange
    from apim_ai.deploy.plan import Change

__all__ = ["diff_of"]

_DOCUMENT_KINDS = frozenset({"fragment", "global_policy", "api_policy", "operation_policy", "product_policy"})
_WIDTH = 160


def diff_of(change: Change) -> str:
    """Return what a change does to a resource: fields, and policies by section and element; secrets as words."""
    if change.action == "delete":
        return ""
    documents = change.kind in _DOCUMENT_KINDS
    lines = [_line(field) for field in change.fields if not (documents and field.path == "value")]
    if documents and any(field.path == "value" for field in change.fields):
        lines.append(_document(change))
    return "\n".join(line for line in lines if line)


def _document(change: Change) -> str:
    after = str(change.desired.properties.get("value", "")) if change.desired else ""
    before = str(change.actual.properties.get("value", "")) if change.actual else ""
    root = "fragment" if change.kind == "fragment" else "policies"
    return semantic_diff(before or f"<{root} />", after, is_global=change.kind == "global_policy")


def _line(field: FieldChange) -> str:
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
