"""How true the local gateway is to each policy: what its declaration says, in four levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from apim_ai.config import GatewaySettings
from apim_ai.definition import POLICIES
from apim_ai.family.unsupported import UnsupportedPolicy

if TYPE_CHECKING:
    from apim_ai.definition import Policy

__all__ = ["LEVELS", "Fidelity", "all_fidelities", "fidelity_of"]

Level = Literal["exact", "configurable", "approximated", "refused"]

LEVELS: dict[Level, str] = {
    "exact": "runs as documented",
    "configurable": "runs as documented; what no page says is a named setting",
    "approximated": "runs, but not in all as the service does",
    "refused": "is read and linted, but refused by name when it is reached",
}
"""The levels from the best, and what each means."""


@dataclass(frozen=True, slots=True)
class Fidelity:
    """How true the local gateway is to one policy.

    Args:
        name: the element's name.
        level: one of `LEVELS`.
        why: what is done otherwise, or what running it would need; None for the two better levels.
        settings: the named settings that decide what no page says.
        documented: whether a page documents it; else only the editor schema or the toolkit knows it.
    """

    name: str
    level: Level
    why: str | None
    settings: tuple[str, ...]
    documented: bool


def all_fidelities() -> tuple[Fidelity, ...]:
    """Return what holds of each policy, by name."""
    return tuple(fidelity_of(policy) for name in POLICIES.names if (policy := POLICIES.find(name)) is not None)


def fidelity_of(policy: type[Policy]) -> Fidelity:
    """Return what a policy's declaration says."""
    definition = policy.definition
    settings = _named(definition.settings)
    if issubclass(policy, UnsupportedPolicy):
        level, why = "refused", f"needs {policy.needs}"
    elif definition.approximated is not None:
        level, why = "approximated", definition.approximated
    else:
        level, why = ("configurable" if settings else "exact"), None
    return Fidelity(definition.name, level, why, settings, definition.documented)


def _named(given: tuple[str, ...]) -> tuple[str, ...]:
    """Return settings by name where some are given as a group."""
    names = [info.name for info in GatewaySettings.table()]
    return tuple(name for name in names if name in given or name.partition(".")[0] in given)
