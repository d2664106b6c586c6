"""Layers of configuration: an environment laid over the project file, with each value's place kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from apim_ai.errors import ConfigError

if TYPE_CHECKING:
    from apim_ai.config.yaml import Located, Path
    from apim_ai.source import Span

__all__ = ["Layers", "Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """A value of a file that takes part in a layer.

    Args:
        located: the file.
        prefix: the path in the file of the mapping that is laid over the layers below.
    """

    located: Located
    prefix: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Layers:
    """Mappings laid over one another, the last one on top: mappings merge, anything else replaces.

    A value that is null in an upper layer takes the key away.
    """

    places: tuple[Place, ...]
    value: dict[str, object] = field(default_factory=dict[str, object])

    @classmethod
    def of(cls, *places: Place) -> Layers:
        """Merge layers, the lowest first."""
        merged: dict[str, object] = {}
        for place in places:
            part = _at(place.located.value, place.prefix)
            if isinstance(part, dict):
                merged = _merged(merged, cast("dict[str, object]", part))
        return cls(places, merged)

    def span(self, path: Path = ()) -> Span:
        """Return where a merged value comes from: the top layer that holds the whole path, else the lowest layer."""
        place = self._place(path)
        return place.located.span((*place.prefix, *path))

    def key_span(self, path: Path) -> Span:
        """Return where the key at the end of a path stands."""
        place = self._place(path)
        return place.located.key_span((*place.prefix, *path))

    def error(self, message: str, path: Path = (), *, help: str | None = None) -> ConfigError:  # noqa: A002 - as in ApimAiError
        """Return an error about the value at a path."""
        return ConfigError(message, span=self.span(path), help=help)

    def _place(self, path: Path) -> Place:
        """Return the top layer that holds the longest part of a path."""
        for length in range(len(path), -1, -1):
            part = path[:length]
            holding = [place for place in reversed(self.places) if _holds(place, part)]
            if holding:
                # A null takes away what stands below it, so it is the value's place only where there is no other.
                return next(
                    (place for place in holding if _at(place.located.value, (*place.prefix, *part)) is not None),
                    holding[0],
                )
        return self.places[0]


def _merged(lower: dict[str, object], upper: dict[str, object]) -> dict[str, object]:
    """Return a mapping laid over another one."""
    result = dict(lower)
    for key, value in upper.items():
        below = result.get(key)
        if value is None:
            result.pop(key, None)
        elif isinstance(below, dict) and isinstance(value, dict):
            result[key] = _merged(cast("dict[str, object]", below), cast("dict[str, object]", value))
        else:
            result[key] = value
    return result


def _at(value: object, path: Path) -> object:
    """Return what stands at a path, or None."""
    for step in path:
        if isinstance(value, dict):
            value = cast("dict[object, object]", value).get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(cast("list[object]", value)):
            value = cast("list[object]", value)[step]
        else:
            return None
    return value


def _holds(place: Place, path: Path) -> bool:
    """Say whether something stands at a path, be it null."""
    found = _at(place.located.value, (*place.prefix, *path))
    above = _at(place.located.value, (*place.prefix, *path[:-1])) if path else None
    return found is not None or (isinstance(above, dict) and path[-1] in above) or not (place.prefix or path)
