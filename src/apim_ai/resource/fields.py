"""What a field of a body must be, as values; `check` finds all that is wrong at once.

A field is named by a pattern as in `resource.shape`: `circuitBreaker.rules[].name` is checked in each rule, and is
required only where its parent stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from apim_ai.resource.shape import find, is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

__all__ = ["DURATION", "Field", "Wrong", "check"]

DURATION = re.compile(r"P(?!\Z)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?!\Z)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?\Z")
"""An ISO 8601 duration, the only form that clients can read back."""

Type = Literal["string", "boolean", "integer", "number", "object", "array", "duration", "uri", "time"]


@dataclass(frozen=True, slots=True)
class Field:
    """One property and what it must be.

    Args:
        at: the pattern of the property.
        type: JSON type, or a text of a certain form.
        required: whether it must stand where its parent stands.
        longest: most characters of a text, or items of an array.
        shortest: fewest items of an array.
        form: what a text must match as a whole.
        choices: the allowed texts, compared without case.
        least: smallest number.
        most: largest number.
        help: what a person should write instead.
    """

    at: str
    type: Type = "string"
    required: bool = False
    longest: int | None = None
    shortest: int = 0
    form: str | None = None
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    help: str | None = None

    @property
    def name(self) -> str:
        """The property's own name, without its parents."""
        return self.at.rpartition(".")[2].removesuffix("[]")


@dataclass(frozen=True, slots=True)
class Wrong:
    """One of the things that are wrong.

    Args:
        at: the pattern of the property.
        message: what is wrong with it, in the service's words.
        help: what a person should write instead, where more can be said.
    """

    at: str
    message: str
    help: str | None = None


def check(properties: Mapping[str, Any], fields: Iterable[Field]) -> Iterator[Wrong]:
    """Yield what is wrong with properties, field by field."""
    for root, field in _with_parents(tuple(fields)):
        if root not in properties and root != field.name:
            continue  # neither it nor what it stands in is there
        if field.required and _is_missing(properties, field):
            yield Wrong(field.at, f"'{field.name}' must not be empty.")
            continue
        for value in find(properties, field.at):
            message = None if value is None else _wrong(value, field)
            if message:
                yield Wrong(field.at, message, field.help)
                break


@lru_cache(maxsize=128)
def _with_parents(fields: tuple[Field, ...]) -> tuple[tuple[str, Field], ...]:
    """Return fields with what follows for the objects and lists that they stand in, outer ones first.

    Each comes with the name of the property at the top that it stands in, or is.
    """
    known = {field.at for field in fields}
    parents: dict[str, Field] = {}
    for field in fields:
        steps = field.at.split(".")[:-1]
        for number, step in enumerate(steps, 1):
            at = ".".join(steps[:number])
            if step.endswith("[]"):
                parents[at[:-2]] = Field(at[:-2], "array")
            parents[at] = Field(at, "object")
    every = (*(parent for at, parent in parents.items() if at not in known), *fields)
    return tuple((field.at.partition(".")[0].removesuffix("[]"), field) for field in every)


def _is_missing(properties: Mapping[str, Any], field: Field) -> bool:
    parent, _, name = field.at.rpartition(".")
    parents: tuple[Any, ...] = find(properties, parent) if parent else (properties,)
    return any(is_object(item) and item.get(name.removesuffix("[]")) is None for item in parents)


def _wrong(value: object, field: Field) -> str | None:
    match field.type:
        case "string" | "duration" | "uri" | "time":
            return _wrong_text(value, field) if isinstance(value, str) else f"'{field.name}' must be a string."
        case "boolean":
            return None if isinstance(value, bool) else f"'{field.name}' must be a boolean."
        case "integer" | "number":
            return _wrong_number(value, field)
        case "object":
            return None if is_object(value) else f"'{field.name}' must be an object."
        case "array":
            return _wrong_array(value, field)


def _wrong_text(value: str, field: Field) -> str | None:
    if field.longest is not None and len(value) > field.longest:
        return f"The length of '{field.name}' must be {field.longest} characters or fewer. You entered {len(value)} characters."
    if field.form is not None and not re.fullmatch(field.form, value):
        return f"'{field.name}' is not in the correct format."
    if field.choices and value.lower() not in {choice.lower() for choice in field.choices}:
        return f"'{field.name}' has a value '{value}' that is not one of: {', '.join(field.choices)}."
    test, words = _FORMS.get(field.type, (None, ""))
    return None if test is None or test(value) else f"'{field.name}' must be {words}."


def _is_time(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_uri(value: str) -> bool:
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://[^/\s]", value) is not None or "{{" in value


_FORMS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "duration": (DURATION.match, "an ISO 8601 duration"),
    "time": (_is_time, "an ISO 8601 date and time"),
    "uri": (_is_uri, "an absolute URI"),
}


def _wrong_number(value: object, field: Field) -> str | None:
    wanted = f"'{field.name}' must be {'an integer' if field.type == 'integer' else 'a number'}."
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return wanted
    if field.type == "integer" and value % 1 != 0:
        return wanted
    if (field.least is not None and value < field.least) or (field.most is not None and value > field.most):
        return f"'{field.name}' must be between {field.least:g} and {field.most:g}."
    return None


def _wrong_array(value: object, field: Field) -> str | None:
    if not is_list(value):
        return f"'{field.name}' must be an array."
    if len(value) < field.shortest:
        return f"'{field.name}' must have at least {field.shortest} item{'s' if field.shortest > 1 else ''}."
    if field.longest is not None and len(value) > field.longest:
        return f"'{field.name}' must have {field.longest} items or fewer."
    return None
