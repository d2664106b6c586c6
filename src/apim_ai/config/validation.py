"""YAML against a model: every problem at once, each with its place and, for a misspelt key, the likely one."""

from __future__ import annotations

import difflib
import types
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from apim_ai.config.yaml import raise_all
from apim_ai.errors import ConfigError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic_core import ErrorDetails

    from apim_ai.config.yaml import Path
    from apim_ai.source import Span

__all__ = ["Places", "collect", "problems_of", "validated"]

Model = TypeVar("Model", bound=BaseModel)

_WORDS = {
    "missing": 'the key "{last}" is missing',
    "extra_forbidden": 'there is no key "{last}" here',
    "string_type": "text is expected here, not {input}",
    "bool_type": "true or false is expected here, not {input}",
    "int_type": "a whole number is expected here, not {input}",
    "int_from_float": "a whole number is expected here, not {input}",
    "float_type": "a number is expected here, not {input}",
    "list_type": "a list is expected here, not {input}",
    "tuple_type": "a list is expected here, not {input}",
    "dict_type": "a mapping is expected here, not {input}",
    "string_pattern_mismatch": "{input} does not fit the pattern {pattern}",
    "model_type": "a mapping is expected here, not {input}",
}


class Places(Protocol):
    """Something that knows where values stand: a `Located` or `Layers`."""

    def span(self, path: Path = (), /) -> Span:
        """Return the place of a value."""
        ...

    def key_span(self, path: Path, /) -> Span:
        """Return the place of a key."""
        ...


def validated(model: type[Model], value: object, places: Places, *, what: str = "mapping") -> Model:
    """Return a model filled from YAML values.

    Args:
        model: the pydantic model.
        value: plain values.
        places: where they stand.
        what: what an empty file should hold, for the message.

    Raises:
        ConfigError: the first problem, with the others attached.
    """
    if value is None:
        article = "an" if what[0] in "aeiou" else "a"
        raise ConfigError(f"the file is empty; it should hold {article} {what}", span=places.span())
    try:
        return model.model_validate(value, strict=True)
    except ValidationError as error:
        problems = list(problems_of(error, model, places))
        raise_all(problems)
        raise ConfigError("does not validate", span=places.span()) from error


def collect(problems: list[InputError], error: InputError) -> None:
    """Add an error and those attached to it to a list."""
    problems.append(type(error)(error.message, span=error.span, help=error.help))
    problems.extend(further for further in error.also if isinstance(further, InputError))


def problems_of(error: ValidationError, model: type[BaseModel], places: Places) -> Iterator[ConfigError]:
    """Yield pydantic's errors as ours; alternatives of a union that fail alike are told once."""
    seen: set[tuple[str, str]] = set()
    for detail in error.errors(include_url=False):
        problem = _problem(detail, model, places)
        key = (str(problem.span), problem.message)
        if key not in seen:
            seen.add(key)
            yield problem


def _problem(detail: ErrorDetails, model: type[BaseModel], places: Places) -> ConfigError:
    path = _path(detail["loc"], model)
    last = str(path[-1]) if path else ""
    template = _WORDS.get(detail["type"])
    if template is None:
        message = _sentence(detail)
    else:
        pattern = detail.get("ctx", {}).get("pattern", "")
        message = template.format(last=last, input=_shown(detail["input"]), pattern=pattern)
    is_key = detail["type"] == "extra_forbidden"
    span = places.key_span(path) if is_key else places.span(path[:-1] if detail["type"] == "missing" else path)
    return ConfigError(message, span=span, help=_suggestion(last, path, model) if is_key else None)


def _sentence(detail: ErrorDetails) -> str:
    """Return pydantic's own message in our style."""
    text = detail["msg"].removeprefix("Value error, ").removeprefix("Input ").rstrip(".")
    if detail["type"] == "value_error":
        return text
    return f"{_shown(detail['input'])} {text[:1].lower()}{text[1:]}"


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"'


def _path(location: tuple[int | str, ...], model: type[BaseModel]) -> tuple[int | str, ...]:
    """Return a location without the names that pydantic gives to the members of unions."""
    path: list[int | str] = []
    kinds: list[Any] = [model]
    for step in location:
        following = [kind for each in kinds for kind in _step(each, step)]
        if following:
            path.append(step)
            kinds = following
        elif _is_field(step, kinds):
            path.append(step)
    return tuple(path)


def _is_field(step: int | str, kinds: list[Any]) -> bool:
    """Tell a key that the user wrote from the name of a union's member, which looks like a type."""
    names = {_name_of(member) for kind in kinds for member in _members(kind)}
    return step not in names


def _name_of(kind: Any) -> str:  # noqa: ANN401 - any annotation
    return getattr(kind, "__name__", str(kind))


def _step(kind: Any, step: int | str) -> Iterator[Any]:  # noqa: ANN401 - any annotation
    """Yield the annotations that a key or index of an annotated value may have."""
    for member in _members(kind):
        origin = get_origin(member)
        if isinstance(member, type) and issubclass(member, BaseModel):
            for name, info in member.model_fields.items():
                if step in {name, info.alias}:
                    yield info.annotation
        elif origin is dict and isinstance(step, str):
            yield get_args(member)[1]
        elif origin in {list, tuple} and isinstance(step, int):
            yield get_args(member)[0]


def _members(kind: Any) -> Iterable[Any]:  # noqa: ANN401 - any annotation
    """Return the members of a union, or the annotation itself."""
    if get_origin(kind) in {Union, types.UnionType}:
        return [inner for member in get_args(kind) for inner in _members(member)]
    if hasattr(kind, "__metadata__"):
        return _members(get_args(kind)[0])
    return [kind]


def _suggestion(last: str, path: Path, model: type[BaseModel]) -> str | None:
    """Return a did-you-mean for an unknown key, or what may stand there."""
    kinds: list[Any] = [model]
    for step in path[:-1]:
        kinds = [inner for kind in kinds for inner in _step(kind, step)]
    known = [
        info.alias or name
        for kind in kinds
        for member in _members(kind)
        if isinstance(member, type) and issubclass(member, BaseModel)
        for name, info in member.model_fields.items()
    ]
    close = difflib.get_close_matches(last, known, n=1)
    if close:
        return f'did you mean "{close[0]}"?'
    return f"known keys: {', '.join(sorted(known))}" if known else None
