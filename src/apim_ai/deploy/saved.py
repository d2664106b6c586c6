"""A plan in a file: reviewed in one job, executed in another, and only if it is still the same plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from apim_ai.deploy.reporters.json import document
from apim_ai.errors import InputError, OutsideError, Refused
from apim_ai.resource.shape import is_object

if TYPE_CHECKING:
    from apim_ai.deploy.plan import Plan

__all__ = ["require_same", "save"]


def save(plan: Plan, path: str) -> None:
    """Write a plan into a file.

    Raises:
        OutsideError: the file cannot be written.
    """
    try:
        Path(path).write_text(json.dumps(document(plan), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise OutsideError(f'cannot write "{path}": {(error.strerror or str(error)).lower()}') from error


def require_same(plan: Plan, path: str) -> None:
    """Make sure that what would be done now is what the file says.

    Raises:
        InputError: the file is no plan, or was edited.
        Refused: the project or the service moved on since the plan was made.
    """
    saved = _read(path)
    now = json.loads(json.dumps(document(plan)))
    if saved["target"] != now["target"] or saved["env"] != now["env"]:
        raise Refused(f'"{path}" is a plan for "{saved["env"]}" at {saved["target"]}, not for this service')
    if saved["plan_id"] != now["plan_id"]:
        raise Refused(
            f'"{path}" is stale: the project or the service changed since the plan was made',
            help="make a new plan, and have it looked at",
        )
    if _content(saved) != _content(now):
        raise InputError(f'"{path}" was edited: it does not say what its id stands for')


def _read(path: str) -> dict[str, Any]:
    try:
        found: object = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f'cannot read "{path}": {(error.strerror or str(error)).lower()}') from error
    except ValueError as error:
        raise InputError(f'"{path}" is not JSON') from error
    if not is_object(found) or not {"plan_id", "target", "env", "changes"} <= found.keys():
        raise InputError(f'"{path}" is not a plan', help="write one with apim-ai plan --out FILE")
    return dict(found)


def _content(saved: dict[str, Any]) -> dict[str, Any]:
    """Return what is compared: all but the moment at which the plan was made and what runs out by itself."""
    return {key: value for key, value in saved.items() if key not in {"generated_at", "overrides"}}
