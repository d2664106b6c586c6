"""The order of changes: real dependencies, and for each change how long a chain hangs on it."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from apim_ai.errors import ConfigError
from apim_ai.resource import References, Resource, Resources, kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from apim_ai.deploy.plan import Change
    from apim_ai.deploy.service import Entity

__all__ = ["Step", "steps"]


@dataclass(frozen=True, slots=True)
class Step:
    """A change and its place in the order.

    Args:
        index: its number.
        change: what to do.
        needs: the numbers of the steps that must be done before.
        chain: calls on the longest chain that begins here; the longer, the earlier it should start.
    """

    index: int
    change: Change
    needs: frozenset[int]
    chain: int


def steps(changes: Iterable[Change], desired: Resources, actual: Resources) -> tuple[Step, ...]:
    """Order changes by what needs what.

    Args:
        changes: the plan's.
        desired: all declared resources: something must exist before others name it.
        actual: all existing ones: something may be deleted when nothing names it any more.

    Raises:
        ConfigError: resources need each other in a circle.
    """
    ordered = tuple(changes)
    number = {change.id.lower(): index for index, change in enumerate(ordered)}
    needs: dict[int, set[int]] = {index: set() for index in number.values()}
    forward, backward = References(desired), References(actual)
    for index, change in enumerate(ordered):
        if change.desired is not None:
            needs[index] |= _numbers(forward.of(change.desired), number) - _deletes(ordered)
        if change.actual is not None:
            for dropped in _numbers(_former_needs(change.actual, actual, backward), number) & _deletes(ordered):
                needs[dropped] |= {index} - {dropped}
    for index, other in _successors(ordered):
        needs[index].add(other)
    chains = _chains(needs, ordered)
    return tuple(Step(index, change, frozenset(needs[index]), chains[index]) for index, change in enumerate(ordered))


def _successors(changes: tuple[Change, ...]) -> Iterator[tuple[int, int]]:
    """Yield the APIs that are created at the path of one that goes away, which must be free before."""
    leaving = {_path(change.actual): index for index, change in enumerate(changes) if change.action == "delete"}
    for index, change in enumerate(changes):
        if change.kind == "api" and change.action == "create" and _path(change.desired) in leaving:
            yield index, leaving[_path(change.desired)]


def _path(api: Resource | Entity | None) -> str | None:
    path = api.properties.get("path") if api is not None and api.kind == "api" else None
    return str(path).strip("/").lower() if path is not None else None


def _former_needs(entity: Entity, actual: Resources, references: References) -> set[str]:
    """Return what an existing resource names, and what all below it names, for that goes away or changes with it."""
    prefix = f"{entity.id.lower()}/"
    below = (actual[identifier] for identifier in actual if identifier.lower().startswith(prefix))
    everything = (Resource(entity.kind, entity.id, entity.properties), *below)
    return {need for resource in everything for need in references.of(resource)}


def _numbers(identifiers: Iterable[str], number: Mapping[str, int]) -> set[int]:
    return {number[identifier.lower()] for identifier in identifiers if identifier.lower() in number}


def _deletes(changes: tuple[Change, ...]) -> set[int]:
    return {index for index, change in enumerate(changes) if change.action == "delete"}


def _chains(needs: Mapping[int, set[int]], changes: tuple[Change, ...]) -> Mapping[int, int]:
    """Return for each change the calls on the longest chain that begins with it."""
    try:
        order = tuple(TopologicalSorter(needs).static_order())
    except CycleError as error:
        indices: list[int] = error.args[1]
        circle = " → ".join(changes[index].id for index in reversed(indices))
        raise ConfigError(f"these resources need each other in a circle: {circle}") from error
    chains: dict[int, int] = {}
    after: dict[int, int] = dict.fromkeys(needs, 0)
    for index in reversed(order):
        chains[index] = after[index] + _calls(changes[index])
        for need in needs[index]:
            after[need] = max(after[need], chains[index])
    return chains


def _calls(change: Change) -> int:
    verb = "delete" if change.action == "delete" else "put"
    return (2 if verb in kinds.find(change.kind).long_running else 1) + (change.action != "create")
