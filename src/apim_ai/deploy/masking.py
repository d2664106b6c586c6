"""Keep secrets out of what is printed, noted or stored."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from apim_ai.deploy.difference import FieldChange
from apim_ai.resource.shape import change as change_at

if TYPE_CHECKING:
    from apim_ai.resource import Kind

__all__ = ["masked"]

_INDEX = re.compile(r"\[\d*\]")
_SECRET, _CHANGED = "(secret)", "(secret, changed)"


def masked(kind: Kind, change: FieldChange) -> FieldChange:
    """Return a change of a field with words in the place of secrets.

    Args:
        kind: the kind of the resource.
        change: the field; a whole object may hold secrets deep inside.
    """
    steps = _steps(change.path)
    for pattern in kind.secret:
        if change.is_secret or _matches(_steps(pattern), steps):
            break
    else:
        if not change.is_secret:
            return FieldChange(change.path, _inside(kind, steps, change.before), _inside(kind, steps, change.after))
    before = None if change.before is None else _SECRET
    after = None if change.after is None else _SECRET if before is None else _CHANGED
    return FieldChange(change.path, before, after, is_secret=True)


def _steps(path: str) -> list[str]:
    return _INDEX.sub("", path).split(".")


def _matches(pattern: list[str], steps: list[str]) -> bool:
    """Tell whether a path is at or below a pattern."""
    return len(pattern) <= len(steps) and all(p in {"*", s} for p, s in zip(pattern, steps, strict=False))


def _inside(kind: Kind, steps: list[str], value: Any) -> Any:  # noqa: ANN401 - JSON
    """Replace secrets below a path."""
    split = [pattern.split(".") for pattern in kind.secret]
    rests = [".".join(pattern[len(steps) :]) for pattern in split if _matches(steps, pattern)]
    return change_at(value, [rest for rest in rests if rest], lambda _: _SECRET)
