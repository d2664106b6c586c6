"""The kinds of resources, one file each: `find` by name, `kind_of` by id.

A module of this folder named `x` holds `KIND`, whose name is `x`. Modules load when asked for.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apim_ai.resource.kind import Kind

__all__ = ["every", "find", "kind_of", "names"]


@cache
def names() -> tuple[str, ...]:
    """Return the names of all kinds, sorted."""
    return tuple(sorted(file.stem for file in Path(__file__).parent.glob("*.py") if not file.stem.startswith("_")))


@cache
def find(name: str) -> Kind:
    """Return a kind by its name.

    Raises:
        KeyError: no kind has this name.
    """
    if name not in names():
        raise KeyError(name)
    kind: Kind = import_module(f"{__name__}.{name}").KIND
    return kind


@cache
def every() -> tuple[Kind, ...]:
    """Return all kinds, by name."""
    return tuple(find(name) for name in names())


def kind_of(identifier: str) -> Kind | None:
    """Return the kind of an id below the service, or None for a path that no kind has."""
    return next((kind for kind in _of_shape(_shape(identifier)) if kind.pattern.match(identifier)), None)


def _shape(identifier: str) -> str:
    return "/".join(identifier.lower().split("/")[::2])


@cache
def _of_shape(shape: str) -> tuple[Kind, ...]:
    return tuple(kind for kind in every() if _shape(kind.path) == shape)
