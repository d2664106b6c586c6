"""What values a named setting takes, and how a YAML value or a command line's text becomes one."""

from __future__ import annotations

import dataclasses
import difflib
import json
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, cast

from apim_ai.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Choice", "Flag", "Integer", "Kind", "ListOf", "Regions", "StatusList", "Text", "setting"]


class Kind(ABC):
    """A kind of setting: its default and its reading."""

    default: object
    values: str

    @abstractmethod
    def read(self, name: str, value: object) -> object:
        """Return the setting's value.

        Raises:
            ConfigError: the value does not fit.
        """

    @property
    def plain_default(self) -> object:
        """The default as YAML holds it."""
        default = self.default
        return list(cast("tuple[object, ...]", default)) if isinstance(default, tuple) else default


def setting(name: str, kind: Kind, *, doc: str) -> Any:  # noqa: ANN401 - stands for a field of any type
    """Declare a setting as a field of a dataclass."""
    return dataclasses.field(default=kind.default, metadata={"name": name, "kind": kind, "doc": doc})


class Choice(Kind):
    """One of some words; the first is the default unless another is named."""

    def __init__(self, *words: str, default: str | None = None) -> None:
        self.words = words
        self.default = default or words[0]
        self.values = ", ".join(words)

    def read(self, name: str, value: object) -> object:
        """Return the word; `true` and numbers of YAML count as their text."""
        return _one_of(name, _plain_text(value), self.words)


class Flag(Kind):
    """True or false."""

    values = "true, false"

    def __init__(self, *, default: bool) -> None:
        self.default = default

    def read(self, name: str, value: object) -> object:
        """Return the truth of `true` or `false`, as YAML or as text."""
        return _one_of(name, _plain_text(value), ("true", "false")) == "true"


class Integer(Kind):
    """A whole number within bounds."""

    def __init__(self, default: int, minimum: int, maximum: int | None = None) -> None:
        self.default = default
        self.minimum = minimum
        self.maximum = maximum
        self.values = f"whole number from {minimum}" + (f" to {maximum}" if maximum is not None else "")

    def read(self, name: str, value: object) -> object:
        """Return the number."""
        try:
            number = int(value) if isinstance(value, int | str) and not isinstance(value, bool) else None
        except ValueError:
            number = None
        if number is None or number < self.minimum or (self.maximum is not None and number > self.maximum):
            raise ConfigError(f'the setting "{name}" takes a {self.values}, not {_shown(value)}')
        return number


class Text(Kind):
    """Any text. A YAML mapping or list stands for its JSON text, so that a body can be written as data."""

    values = "text"

    def __init__(self, default: str) -> None:
        self.default = default

    def read(self, name: str, value: object) -> object:
        """Return the text."""
        if value is None:
            raise ConfigError(f'the setting "{name}" takes text, not nothing', help='write "" for the empty text')
        if isinstance(value, dict | list):
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return _plain_text(value)


class ListOf(Kind):
    """A list of words, of a closed set if one is given. Text is split at commas."""

    def __init__(self, *words: str, default: tuple[str, ...]) -> None:
        self.words = words
        self.default = default
        self.values = f"list of {', '.join(words)}" if words else "list of names"

    def read(self, name: str, value: object) -> object:
        """Return the words, without repetitions."""
        items = dict.fromkeys(_plain_text(item) for item in _items(name, value))
        return tuple(_one_of(name, item, self.words) if self.words else item for item in items)


class StatusList(Kind):
    """A list of HTTP statuses."""

    values = "list of statuses"

    def __init__(self, *default: int) -> None:
        self.default = default

    def read(self, name: str, value: object) -> object:
        """Return the statuses."""
        status = Integer(200, 100, 599)
        return tuple(status.read(name, item) for item in _items(name, value))


class Regions(Kind):
    """Names of regions, or how many there are. The one region of the default has an empty name."""

    values = "whole number from 1, or list of names"
    default = ("",)

    @property
    def plain_default(self) -> object:
        """The default as YAML holds it."""
        return 1

    def read(self, name: str, value: object) -> object:
        """Return the names; a number makes `region-1`, `region-2` and so on."""
        if isinstance(value, list) or (isinstance(value, str) and not value.strip().isdecimal()):
            names = tuple(dict.fromkeys(_plain_text(item) for item in _items(name, cast("object", value))))
            if not names:
                raise ConfigError(f'the setting "{name}" needs a region')
            return names
        count = cast("int", Integer(1, 1, 100).read(name, value))
        return ("",) if count == 1 else tuple(f"region-{number}" for number in range(1, count + 1))


def _items(name: str, value: object) -> list[object]:
    """Return a YAML list, or a text such as `[a, b]` or `a,b`, as items."""
    if isinstance(value, list):
        return cast("list[object]", value)
    if isinstance(value, str):
        return [item.strip() for item in value.strip().removeprefix("[").removesuffix("]").split(",") if item.strip()]
    if isinstance(value, int) and not isinstance(value, bool):
        return [value]
    raise ConfigError(f'the setting "{name}" takes a list, not {_shown(value)}')


def _one_of(name: str, text: str, words: Sequence[str]) -> str:
    """Return a word of a closed set."""
    if text in words:
        return text
    close = difflib.get_close_matches(text, words, n=1)
    raise ConfigError(
        f'the setting "{name}" takes {", ".join(words)}, not "{text}"',
        help=f'did you mean "{close[0]}"?' if close else None,
    )


def _plain_text(value: object) -> str:
    """Return a YAML scalar as people write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _shown(value: object) -> str:
    """Return a value for a message."""
    return f'"{value}"' if isinstance(value, str) else json.dumps(value, default=str)
