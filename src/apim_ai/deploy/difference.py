"""What differs between a declared and an actual resource, in meaning only.

Both are brought into the kind's compared form; the actual one is completed by the service's defaults and cut down to
what is declared, so that fields nobody declares are left alone. The cut is a *shape*, a small JSON value that the
ledger keeps: with it a later run can tell whether a field it once wrote has been changed by someone else.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from apim_ai.resource.shape import is_list, is_object, remove

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.resource import Kind

__all__ = ["FieldChange", "Shape", "changed_fields", "cut", "declared_form", "digest_of", "merged", "shape_of"]

Shape = Any
"""`1` for a value compared as a whole, an object of shapes by key, or a list of shapes by position."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs.

    Args:
        path: dotted, with positions in brackets.
        before: its value, None where it is absent.
        after: likewise.
        is_secret: whether the values are secrets, so that only words may be shown.
    """

    path: str
    before: Any
    after: Any
    is_secret: bool = False


def declared_form(kind: Kind, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return declared or actual properties as they are compared, without what the service never answers."""
    return kind.compared(remove(properties, kind.write_only(properties)))


def shape_of(kind: Kind, form: Mapping[str, Any]) -> Shape:
    """Return the shape of declared properties: which fields are theirs."""
    return _shape(form, "", frozenset(kind.maps))


def cut(kind: Kind, form: Mapping[str, Any], shape: Shape) -> Any:  # noqa: ANN401 - JSON
    """Return actual properties completed by the defaults and cut down to a shape."""
    completed: dict[str, Any] = reduce(_with_default, kind.defaults.items(), dict(form))
    return _cut(completed, shape)


def digest_of(form: object) -> str:
    """Return a short digest of a compared form."""
    text = json.dumps(form, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return urlsafe_b64encode(sha256(text.encode()).digest()[:12]).decode()


def changed_fields(before: object, after: object, path: str = "") -> Iterator[FieldChange]:
    """Yield the fields that differ between two forms, by dotted path."""
    if before == after:
        return
    if is_object(before) and is_object(after):
        for key in dict.fromkeys((*before, *after)):
            yield from changed_fields(before.get(key), after.get(key), f"{path}.{key}" if path else key)
    elif is_list(before) and is_list(after) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from changed_fields(old, new, f"{path}[{index}]")
    else:
        yield FieldChange(path, before, after)


def merged(kind: Kind, actual: Mapping[str, Any], declared: Mapping[str, Any], former: Shape) -> dict[str, Any]:
    """Return what to PUT: the declared properties over those that others set and nobody declares.

    Args:
        kind: the kind.
        actual: what the service answers now.
        declared: the project's properties.
        former: the shape of what this project declared last time; what it dropped since is dropped here.
    """
    if kind.is_policy or kind.name == "fragment" or actual.get("type") != declared.get("type", actual.get("type")):
        return dict(declared)
    kept = _without(remove(actual, kind.added), former)
    return _over(kept, declared, "", frozenset(kind.maps))


def _shape(value: Any, path: str, whole: frozenset[str]) -> Shape:  # noqa: ANN401 - JSON
    if path in whole:
        return 1
    if is_object(value):
        return {key: _shape(item, f"{path}.{key}" if path else key, whole) for key, item in value.items()}
    if is_list(value) and any(is_object(item) for item in value):
        return [_shape(item, f"{path}[]", whole) for item in value]
    return 1


def _cut(value: Any, shape: Shape) -> Any:  # noqa: ANN401 - JSON
    if is_object(shape) and is_object(value):
        return {key: _cut(value[key], part) for key, part in shape.items() if key in value}
    if is_list(shape) and is_list(value) and len(shape) == len(value):
        return [_cut(item, part) for item, part in zip(value, shape, strict=True)]
    return value


def _with_default(form: dict[str, Any], default: tuple[str, Any]) -> dict[str, Any]:
    path, value = default
    key, _, rest = path.partition(".")
    if not rest:
        return form if key in form else {**form, key: value}
    inner = form.get(key, {})
    return {**form, key: _with_default(dict(inner), (rest, value))} if is_object(inner) else form


def _without(value: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    if not is_object(shape):
        return dict(value)
    kept: dict[str, Any] = {}
    for key, item in value.items():
        if key not in shape:
            kept[key] = item
        elif is_object(item) and is_object(shape[key]):
            kept[key] = _without(item, shape[key])
    return {key: item for key, item in kept.items() if item not in (None, {})}


def _over(below: Mapping[str, Any], above: Mapping[str, Any], path: str, whole: frozenset[str]) -> dict[str, Any]:
    result = {**below, **above}
    for key, item in above.items():
        place = f"{path}.{key}" if path else key
        under = below.get(key)
        if is_object(item) and is_object(under) and place not in whole:
            result[key] = _over(under, item, place, whole)
    return result
