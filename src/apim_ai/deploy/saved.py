"""A plan in a file: reviewed in one job, executed in another, and only if it is still the same plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from apim_ai.deploy.difference import digest_of
from apim_ai.deploy.plan import PlanOptions
from apim_ai.deploy.reporters.json import document
from apim_ai.errors import InputError, OutsideError, Refused
from apim_ai.resource.shape import is_list, is_object

if TYPE_CHECKING:
    from apim_ai.deploy.plan import Plan

__all__ = ["options_of", "require_same", "save"]

_CHECKSUM, _OPTIONS = "checksum", "options"
_KEPT = ("prune", "adopt", "overwrite_drift", "force", "max_delete", "targets")
_NOT_COMPARED = {"generated_at", "overrides", "turned", "warnings", _CHECKSUM, _OPTIONS}


def save(plan: Plan, path: str, options: PlanOptions) -> None:
    """Write a plan into a file.

    Args:
        plan: the plan.
        path: of the file.
        options: what the plan was allowed to do, which holds for its execution too.

    Raises:
        OutsideError: the file cannot be written.
    """
    content = {**document(plan), _OPTIONS: {name: getattr(options, name) for name in _KEPT}}
    content = json.loads(json.dumps(content))
    try:
        text = json.dumps({**content, _CHECKSUM: digest_of(content)}, ensure_ascii=False, indent=2)
        Path(path).write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise OutsideError(f'cannot write "{path}": {(error.strerror or str(error)).lower()}') from error


def options_of(path: str) -> PlanOptions:
    """Return what a saved plan was allowed to do.

    Raises:
        InputError: the file is no plan, or was edited.
    """
    kept = _read(path).get(_OPTIONS)
    given: dict[str, Any] = {name: kept[name] for name in _KEPT if name in kept} if is_object(kept) else {}
    lists: dict[str, Any] = {name: tuple(value) for name, value in given.items() if is_list(value)}
    return PlanOptions(**{**given, **lists})


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
    is_same = _content(saved) == _content(now)
    if saved["plan_id"] == now["plan_id"] and not is_same and _CHECKSUM not in saved:
        raise _edited(path)
    if saved["plan_id"] != now["plan_id"] or not is_same:
        raise Refused(
            f'"{path}" is stale: the project or the service changed since the plan was made',
            help="make a new plan, and have it looked at",
        )


def _read(path: str) -> dict[str, Any]:
    try:
        found: object = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f'cannot read "{path}": {(error.strerror or str(error)).lower()}') from error
    except (ValueError, RecursionError) as error:
        raise InputError(f'"{path}" is not JSON') from error
    if not is_object(found) or not {"plan_id", "target", "env", "changes"} <= found.keys():
        raise InputError(f'"{path}" is not a plan', help="write one with apim-ai plan --out FILE")
    content = {key: value for key, value in found.items() if key != _CHECKSUM}
    if found.get(_CHECKSUM, digest_of(content)) != digest_of(content):
        raise _edited(path)
    return dict(found)


def _edited(path: str) -> InputError:
    return InputError(f'"{path}" was edited: it does not say any more what was planned', help="make a new plan")


def _content(saved: dict[str, Any]) -> dict[str, Any]:
    """Return what is compared: not when and from where the plan was made, nor what operators turn meanwhile."""
    kept = {key: value for key, value in saved.items() if key not in _NOT_COMPARED}
    changes = [{key: value for key, value in change.items() if key != "where"} for change in saved["changes"]]
    return {**kept, "changes": changes}
