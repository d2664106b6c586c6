"""What the validation policies share: what a finding is, what becomes of it, values of parameters.

Source: validation policies page: `prevent` refuses with 400 (request) or 502 (response), `detect` only records, `ignore`
does not look. The caller of a refused response learns nothing about it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from apim_ai.definition import TEXT, Item, Value, attribute, choice, item, literal
from apim_ai.expression import DEFAULT_SETTINGS, from_json_value, to_text
from apim_ai.runtime import PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from apim_ai.definition import Policy
    from apim_ai.runtime import Exchange

__all__ = ["ACTION", "Action", "Invalid", "NamedAction", "conclude", "value_problem"]

Action = Literal["ignore", "prevent", "detect"]
ACTION = choice("ignore", "prevent", "detect")

INTERNAL = "The request could not be processed due to an internal error. Contact the API owner."
REQUEST_STATUS, RESPONSE_STATUS = 400, 502


@dataclass(frozen=True, slots=True)
class Invalid:
    """Something that does not conform.

    Args:
        name: of the parameter, header or content type.
        kind: `RequestBody`, `QueryParameter`, `ResponseHeader` ….
        rule: `SizeLimit`, `Unspecified`, `IncorrectMessage` ….
        details: what is wrong.
        action: what becomes of it.
        public: what the caller of a refused request learns, where it is not the details.
    """

    name: str
    kind: str
    rule: str
    details: str
    action: Action
    public: str = ""


@item("parameter")
class NamedAction(Item):
    """What becomes of one parameter."""

    name: str = literal(TEXT)
    action: Value[Action] = attribute(ACTION)


def conclude(policy: Policy, exchange: Exchange, found: Sequence[Invalid], variable: str | None) -> None:
    """Record what was found and refuse where one of it is to be prevented.

    Raises:
        PolicyError: one of it is.
    """
    if not found:
        return
    for each in found:
        exchange.note(f"{each.action}: {each.details}")
    if variable is not None:
        known = exchange.variables.get(variable)
        errors = [_members(each) for each in found]
        exchange.variables[variable] = from_json_value(errors) if known is None else _appended(known, errors)
    prevented = next((each for each in found if each.action == "prevent"), None)
    if prevented is None:
        return
    is_response = exchange.acts_on_response
    reason = "Response not allowed" if is_response else "Bad request"
    status = RESPONSE_STATUS if is_response else REQUEST_STATUS
    public = INTERNAL if is_response else prevented.public or prevented.details
    raise PolicyError(policy.element_name, reason, prevented.details, status, body_message=public)


def _members(found: Invalid) -> dict[str, str]:
    return {
        "Name": found.name,
        "Type": found.kind,
        "ValidationRule": found.rule,
        "Details": found.details,
        "Action": found.action,
    }


def _appended(known: object, errors: Sequence[Mapping[str, str]]) -> object:
    """Return the errors after those of an earlier policy with the same variable."""
    text = to_text(known, DEFAULT_SETTINGS) or "[]"
    try:
        before: object = json.loads(text)
    except ValueError:
        before = []
    return from_json_value([*cast("list[object]", before if isinstance(before, list) else []), *errors])


def value_problem(definition: Mapping[str, Any], text: str) -> str | None:
    """Return what is wrong with the text of a parameter or header, by its type and listed values."""
    schema = cast("Mapping[str, Any]", definition.get("schema") or {})
    kind = str(definition.get("type") or schema.get("type") or "string").lower()
    if not _is_of_type(kind, text):
        return f"'{text}' is not of type {kind}."
    values = definition.get("values") or schema.get("enum")
    if values and text not in _texts(values):
        return f"'{text}' is none of {', '.join(_texts(values))}."
    return next(_bounds(schema, kind, text), None)


def _texts(values: object) -> list[str]:
    return [str(each).lower() if isinstance(each, bool) else str(each) for each in cast("list[object]", values)]


def _is_of_type(kind: str, text: str) -> bool:
    match kind:
        case "integer" | "int" | "int32" | "int64" | "long":
            return text.strip().lstrip("+-").isdigit() and text.isascii()
        case "number" | "double" | "float" | "decimal":
            try:
                float(text)
            except ValueError:
                return False
            return True
        case "boolean" | "bool":
            return text.strip().lower() in ("true", "false")
        case _:
            return True


def _bounds(schema: Mapping[str, Any], kind: str, text: str) -> Iterator[str]:
    if kind in ("integer", "number"):
        number = float(text)
        if number < schema.get("minimum", number):
            yield f"'{text}' is less than {schema['minimum']}."
        if number > schema.get("maximum", number):
            yield f"'{text}' is more than {schema['maximum']}."
    if len(text) < schema.get("minLength", 0):
        yield f"'{text}' is shorter than {schema['minLength']} characters."
    if len(text) > schema.get("maxLength", len(text)):
        yield f"The value is longer than {schema['maxLength']} characters."
