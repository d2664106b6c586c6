"""Walk the JSON of a resource by patterns such as `pool.services[].id` or `credentials.header.*`.

A pattern is a dotted path; `[]` behind a name means each item of a list, `*` each key of an object. Kinds declare with
patterns which of their properties are secrets, ids, durations; the functions here apply such declarations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeGuard

__all__ = ["change", "find", "in_seconds", "is_list", "is_object", "relative_id", "remove"]

_SERVICE = re.compile(r"^.*/service/[^/]+/", re.IGNORECASE)
_DURATION = re.compile(r"^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$")
_MULTIPLES = (86400, 3600, 60, 1)


def is_object(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Tell whether a JSON value is an object."""
    return isinstance(value, Mapping)


def is_list(value: object) -> TypeGuard[Sequence[Any]]:
    """Tell whether a JSON value is a list."""
    return isinstance(value, (list, tuple))


def relative_id(identifier: str) -> str:
    """Return an id below the service without a leading slash: `/backends/x` and the full ARM id give `backends/x`."""
    return _SERVICE.sub("", identifier.strip()).strip("/")


def in_seconds(duration: str) -> str:
    """Return an ISO 8601 duration in seconds alone, so that `PT1M` equals `PT60S`; other text stays."""
    match = _DURATION.match(duration)
    if not match or duration in {"P", "PT"}:
        return duration
    total = sum(float(part or 0) * multiple for part, multiple in zip(match.groups(), _MULTIPLES, strict=True))
    return f"PT{total:g}S"


def find(value: object, pattern: str) -> tuple[Any, ...]:
    """Return the values at a pattern, in order; none where the path does not exist."""
    found: list[Any] = []

    def collect(item: Any) -> Any:  # noqa: ANN401 - JSON
        found.append(item)
        return item

    change(value, (pattern,), collect)
    return tuple(found)


def change(value: object, patterns: Iterable[str], with_: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - JSON
    """Return a copy in which the values at the patterns are replaced by a function of them."""
    result: Any = value
    for pattern in patterns:
        result = _change(result, _steps(pattern), with_)
    return result


def remove(value: Mapping[str, Any], patterns: Iterable[str]) -> dict[str, Any]:
    """Return a copy without what stands at the patterns."""
    gone = object()
    return _without(change(value, patterns, lambda _: gone), gone)


def _steps(pattern: str) -> tuple[str, ...]:
    return tuple(
        step for part in pattern.split(".") for step in ((part[:-2], "[]") if part.endswith("[]") else (part,))
    )


def _change(value: Any, steps: Sequence[str], with_: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - JSON
    if not steps:
        return with_(value)
    step, rest = steps[0], steps[1:]
    if step == "[]":
        return [_change(item, rest, with_) for item in value] if is_list(value) else value
    if not is_object(value):
        return value
    keys = tuple(value) if step == "*" else (step,) if step in value else ()
    return {**value, **{key: _change(value[key], rest, with_) for key in keys}}


def _without(value: Any, gone: object) -> Any:  # noqa: ANN401 - JSON
    if is_object(value):
        return {key: _without(item, gone) for key, item in value.items() if item is not gone}
    if is_list(value):
        return [_without(item, gone) for item in value if item is not gone]
    return value
