"""Checks plain values against a shape: which keys stand where. An unknown key anywhere is an error, never ignored."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, cast

from apim_ai.cases.content import mapping, sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["Path", "Problem", "Shape", "fit"]

Path = tuple[str | int, ...]
_MERGE = "<<"
_MOST_NAMED = 30  # keys in a message


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a case that the format does not know."""

    path: Path
    message: str
    at_key: bool = False
    help: str | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value may be.

    Args:
        types: plain types it may have; empty: any.
        keys: for a mapping with fixed keys, their shapes.
        each: for a mapping with free keys or a list, the shape of the values.
        needs: keys that must stand.
        choices: the texts it may be.
        as_text: whether a number or Boolean is read as the text that it is written with.
        check: says what else is wrong with a value, or gives None.
        instead: another shape for a value, where its form decides; None: this one.
    """

    types: tuple[type, ...] = ()
    keys: Mapping[str, Shape] | None = None
    each: Shape | None = None
    needs: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    as_text: bool = False
    check: Callable[[Any], str | None] | None = None
    instead: Callable[[object], Shape | None] | None = None


def fit(value: object, shape: Shape, problems: list[Problem], path: Path = ()) -> object:
    """Return a value as its shape reads it.

    Args:
        value: plain YAML values.
        shape: what they may be.
        problems: takes everything that does not fit.
        path: where the value stands.
    """
    shape = (shape.instead(value) if shape.instead else None) or shape
    if shape.as_text and type(value) in _WRITTEN:
        value = _written(value)
    if shape.types and not _is_one_of(value, shape.types):
        problems.append(Problem(path, f"'{_last(path)}' must be {_wanted(shape)}, not {_word(type(value))}"))
    elif isinstance(value, dict):
        return _mapping(mapping(cast("object", value)), shape, problems, path)
    elif isinstance(value, list):
        return _list(sequence(cast("object", value)), shape, problems, path)
    elif shape.choices and isinstance(value, str) and value not in shape.choices:
        message = f"'{_last(path)}' must be one of {', '.join(shape.choices)}, not '{value}'"
        problems.append(Problem(path, message, help=_suggestion(value, shape.choices)))
    else:
        _check(value, shape, problems, path)
    return value


def _list(value: list[Any], shape: Shape, problems: list[Problem], path: Path) -> list[Any]:
    each = shape.each
    result, before = value, len(problems)
    if each is not None:
        result = [fit(item, each, problems, (*path, index)) for index, item in enumerate(value)]
    if len(problems) == before:
        _check(result, shape, problems, path)
    return result


def _mapping(value: dict[str, Any], shape: Shape, problems: list[Problem], path: Path) -> dict[str, Any]:
    if _MERGE in value and (shape.keys or shape.each):
        value = _merged(value)
    result, before = value, len(problems)
    if shape.keys is not None:
        result = {}
        for key, item in value.items():
            known = shape.keys.get(key)
            if known is None:
                help_ = _suggestion(key, shape.keys) or _known(shape.keys)
                problems.append(Problem((*path, key), f"unknown key '{key}'", at_key=True, help=help_))
            else:
                result[key] = fit(item, known, problems, (*path, key))
    elif shape.each is not None:
        each = shape.each
        result = {key: fit(item, each, problems, (*path, key)) for key, item in value.items()}
    missing = (key for key in shape.needs if key not in value)
    problems += (Problem(path, f"'{_last(path)}' needs the key '{key}'") for key in missing)
    if len(problems) == before:
        _check(result, shape, problems, path)
    return result


def _merged(value: dict[str, Any]) -> dict[str, Any]:
    """Return a mapping with what `<<` brings in, as writers of YAML expect although YAML 1.2 does not say so."""
    given = value.get(_MERGE)
    bases = sequence(given) or [given]
    if not all(isinstance(base, dict) for base in bases):
        return value
    result: dict[str, Any] = {}
    for base in (*reversed(bases), value):
        result |= mapping(base)
    del result[_MERGE]
    return result


def _check(value: object, shape: Shape, problems: list[Problem], path: Path) -> None:
    objection = shape.check(value) if shape.check is not None else None
    if objection is not None:
        problems.append(Problem(path, f"'{_last(path)}' {objection}"))


def _suggestion(word: str, known: Iterable[str]) -> str | None:
    close = get_close_matches(word, list(known), n=1)
    return f"did you mean '{close[0]}'?" if close else None


def _known(keys: Mapping[str, Shape]) -> str | None:
    return f"known here: {', '.join(sorted(keys))}" if len(keys) <= _MOST_NAMED else None


def _is_one_of(value: object, types: tuple[type, ...]) -> bool:
    if isinstance(value, bool):
        return bool in types
    return isinstance(value, types)


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _last(path: Path) -> str | int:
    return next((step for step in reversed(path) if isinstance(step, str)), "case")


def _wanted(shape: Shape) -> str:
    return " or ".join(dict.fromkeys(map(_word, shape.types)))


def _word(kind: type) -> str:
    return _WORDS.get(kind, kind.__name__)


_WRITTEN = frozenset({bool, int, float})
_WORDS: dict[type, str] = {
    str: "text", int: "a number", float: "a number", bool: "true or false", dict: "a mapping", list: "a list",
    type(None): "null",
}  # fmt: skip
