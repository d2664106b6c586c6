"""How each kind behaves in the control plane: `of` by kind; a kind without a file here behaves as `base.Behaviour`.

A module of this folder named as a kind holds `BEHAVIOUR`, a class. Read `base` first.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from apim_ai.arm.behaviour.base import Behaviour, Draft

if TYPE_CHECKING:
    from apim_ai.resource.kind import Kind

__all__ = ["Behaviour", "Draft", "of"]


@cache
def of(kind: Kind) -> Behaviour:
    """Return the behaviour of a kind."""
    if not (Path(__file__).parent / f"{kind.name}.py").exists():
        return Behaviour(kind)
    behaviour: type[Behaviour] = import_module(f"{__name__}.{kind.name}").BEHAVIOUR
    return behaviour(kind)
