"""One expression in one context, from JSON to JSON: what `apim-ai expr` does."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from apim_ai.errors import ExpressionError, UsageError
from apim_ai.expression.compiler import compile_text
from apim_ai.expression.exceptions import ClrException
from apim_ai.expression.given import context_of
from apim_ai.expression.library.enumeration import boxed_items
from apim_ai.expression.library.relations import is_assignable, type_of
from apim_ai.expression.library.text import to_text
from apim_ai.expression.settings import DEFAULT, ExpressionSettings
from apim_ai.expression.syntax.problem import UNSUPPORTED, Problem
from apim_ai.expression.types import resolve
from apim_ai.expression.values import clr_type_name
from apim_ai.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Evaluation", "evaluate", "evaluate_line", "line_id", "settings_of"]

_SHOWN_ITEMS = 50
_NAMED_VALUE = re.compile(r"\{\{([A-Za-z0-9_.-]+)\}\}")
_SETTINGS = {"dotnet.profile": ("core", "framework"), "expressions.culture": ("invariant", "en-US")}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an expression gave.

    Args:
        type: .NET full name of the value's type; None for null and for errors.
        text: the value as the gateway writes it.
        items: the first elements of a sequence, rendered.
        traces: what `context.Trace` wrote.
        error: kind, message, and either line and column or the exception.
        warnings: doubtful things that are accepted.
        caret: the line of an error with a caret below, for people.
    """

    type: str | None = None
    text: str | None = None
    items: tuple[str | None, ...] | None = None
    traces: tuple[str, ...] = ()
    error: Mapping[str, object] | None = None
    warnings: tuple[str, ...] = ()
    caret: str | None = None

    def document(self) -> dict[str, object]:
        """Return the JSON document of the contracts."""
        answer: dict[str, object] = {}
        if self.error is not None:
            answer["error"] = dict(self.error)
        else:
            answer.update(type=self.type, value=self.text)
            if self.items is not None:
                answer["items"] = list(self.items)
        if self.traces:
            answer["traces"] = list(self.traces)
        if self.warnings:
            answer["warnings"] = list(self.warnings)
        return answer


def settings_of(pairs: Iterable[str]) -> ExpressionSettings:
    """Return settings from `name=value` texts.

    Raises:
        UsageError: an unknown name or value.
    """
    given: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        allowed = _SETTINGS.get(name)
        if not equals or allowed is None:
            raise UsageError(
                f"unknown setting '{pair}'", help=f"one of {', '.join(_SETTINGS)}, such as dotnet.profile=core"
            )
        if value not in allowed:
            raise UsageError(f"'{value}' is not a value of '{name}'", help=f"one of {', '.join(allowed)}")
        given[name] = value
    profile = given.get("dotnet.profile", DEFAULT.profile)
    culture = given.get("expressions.culture", DEFAULT.culture)
    return ExpressionSettings(
        profile="framework" if profile == "framework" else "core",
        culture="en-US" if culture == "en-US" else "invariant",
    )


def evaluate_line(line: str, settings: ExpressionSettings) -> dict[str, object]:
    """Return the answer to one line of a batch; whatever is wrong with it is part of the answer."""
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"id": None, "error": {"kind": "input", "message": f"not JSON: {error}"}}
    request = cast("dict[str, object]", given if isinstance(given, dict) else {})
    if not isinstance(request.get("expression"), str):
        return {
            "id": request.get("id"),
            "error": {"kind": "input", "message": "an object with 'expression' is expected"},
        }
    try:
        chosen = _line_settings(request.get("settings"), settings)
        result = evaluate(cast("str", request["expression"]), request.get("context"), chosen)
    except (ExpressionError, UsageError) as error:
        help_ = f" ({error.help})" if error.help else ""
        return {"id": request.get("id"), "error": {"kind": "input", "message": f"{error.message}{help_}"}}
    return {"id": request.get("id"), **result.document()}


def line_id(line: str) -> object:
    """Return the `id` of a line, for an answer that `evaluate_line` could not give."""
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, object]", given).get("id") if isinstance(given, dict) else None


def _line_settings(given: object, settings: ExpressionSettings) -> ExpressionSettings:
    if not isinstance(given, dict):
        return settings
    return settings_of(f"{name}={value}" for name, value in cast("dict[str, object]", given).items())


def evaluate(expression: str, context: object = None, settings: ExpressionSettings = DEFAULT) -> Evaluation:
    """Return what an expression gives in a context described by JSON.

    Raises:
        ExpressionError: the context does not have the documented shape.
    """
    given = cast("dict[str, object]", context) if isinstance(context, dict) else {}
    if context is not None and not isinstance(context, dict):
        raise ExpressionError("'context' must be an object")
    text = _with_named_values(expression.strip(), given.get("named_values"))
    state = context_of(given)
    result = compile_text(text, settings)
    warnings = tuple(each.message for each in result.problems if each.severity != "error")
    if result.compiled is None:
        return _refused(text, result.problems, warnings)
    try:
        value = result.compiled.run(state)
        type_name, shown, items = clr_type_name(value), to_text(value, settings), _items(value, settings)
    except ClrException as error:
        kind = {"kind": "runtime", "exception": error.type_name, "message": error.message_for(settings)}
        return Evaluation(error=kind, warnings=warnings, traces=tuple(message for _, message in state.traces))
    traces = tuple(message for _, message in state.traces)
    return Evaluation(type_name, shown, items, traces, warnings=warnings)


def _with_named_values(text: str, given: object) -> str:
    if not isinstance(given, dict):
        return text
    values = cast("dict[str, object]", given)
    return _NAMED_VALUE.sub(lambda found: str(values[found[1]]) if found[1] in values else found.group(), text)


def _refused(text: str, problems: tuple[Problem, ...], warnings: tuple[str, ...]) -> Evaluation:
    errors = [each for each in problems if each.severity == "error"]
    problem = min(errors, key=lambda each: each.start)
    source = Source("expression", text)
    line, column = source.line_column(min(problem.start, len(text)))
    help_ = f" ({problem.help})" if problem.help else ""
    error: dict[str, object] = {
        "kind": "compile", "message": problem.message + help_, "line": line, "column": column, "rule": problem.rule,
    }  # fmt: skip
    if problem.rule == UNSUPPORTED:
        error["unsupported"] = True
    width = max(1, min(problem.end, len(text)) - problem.start) if "\n" not in text[problem.start : problem.end] else 1
    caret = f"  {source.line(line)}\n  {' ' * (column - 1)}{'^' * width}"
    return Evaluation(error=error, warnings=warnings, caret=caret)


def _items(value: object, settings: ExpressionSettings) -> tuple[str | None, ...] | None:
    """Return the first elements of a sequence, rendered; None for what is none."""
    if value is None or isinstance(value, str):
        return None
    type_ = type_of(value)
    if type_.name == "Newtonsoft.Json.Linq.JValue" or not is_assignable(
        type_, resolve("System.Collections.IEnumerable")
    ):
        return None
    shown: list[str | None] = []
    for item in boxed_items(value):
        shown.append(to_text(item, settings))
        if len(shown) == _SHOWN_ITEMS:
            break
    return tuple(shown)
