"""Variables in configuration values: `[[ x ]]` inside YAML text, with the type kept where it stands alone."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from jinja2 import StrictUndefined, TemplateError, Undefined, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from apim_ai.errors import RenderError

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.environment import TemplateExpression

    from apim_ai.config.validation import Places
    from apim_ai.config.yaml import Path

__all__ = ["fill_in", "resolve_variables"]

_OPEN, _CLOSE = "[[", "]]"
_MAX_PASSES = 20

_environment = ImmutableSandboxedEnvironment(
    variable_start_string=_OPEN,
    variable_end_string=_CLOSE,
    block_start_string="[%",
    block_end_string="%]",
    comment_start_string="[#",
    comment_end_string="#]",
    undefined=StrictUndefined,
)


def fill_in(value: object, variables: Mapping[str, object], places: Places, path: Path = ()) -> object:
    """Return plain values with the variables in their texts replaced.

    Raises:
        RenderError: an undefined variable or wrong expression, with its place.
    """
    if isinstance(value, str):
        return _filled(value, variables, places, path) if _OPEN in value else value
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value).items()
        return {key: fill_in(item, variables, places, (*path, key)) for key, item in items}
    if isinstance(value, list):
        return [fill_in(item, variables, places, (*path, i)) for i, item in enumerate(cast("list[object]", value))]
    return value


def resolve_variables(variables: Mapping[str, object], places: Places, path: Path = ()) -> dict[str, object]:
    """Return variables with those that name each other replaced.

    Raises:
        RenderError: an undefined variable, or variables that name each other in a circle.
    """
    current = dict(variables)
    for _ in range(_MAX_PASSES):
        following = cast("dict[str, object]", fill_in(current, current, places, path))
        if following == current:
            return current
        current = following
    raise RenderError("variables name each other in a circle", span=places.span(path))


def _filled(text: str, variables: Mapping[str, object], places: Places, path: Path) -> object:
    """Return a text with its variables replaced; one that is nothing but a variable has that variable's value."""
    try:
        stripped = text.strip()
        if stripped.startswith(_OPEN) and stripped.find(_CLOSE) == len(stripped) - len(_CLOSE):
            result = _expression(stripped[2:-2])(**variables)
            if isinstance(result, Undefined):
                str(result)
            return cast("object", result)
        return _template(text).render(variables)
    except UndefinedError as error:
        raise RenderError(f'"{text}": {error.message}', span=places.span(path), help=_help(error, variables)) from error
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        raise RenderError(f'"{text}" cannot be filled in: {error}', span=places.span(path)) from error


@lru_cache(maxsize=1024)
def _expression(text: str) -> TemplateExpression:
    """Compile an expression once, for each environment of a project fills it in."""
    return _environment.compile_expression(text, undefined_to_none=False)


@lru_cache(maxsize=1024)
def _template(text: str) -> Template:
    """Compile a text once."""
    return _environment.from_string(text)


def _help(error: UndefinedError, variables: Mapping[str, object]) -> str | None:
    name = (error.message or "").split("'")[1:2]
    close = difflib.get_close_matches(name[0], list(variables), n=1) if name else []
    return f'did you mean "{close[0]}"?' if close else None
