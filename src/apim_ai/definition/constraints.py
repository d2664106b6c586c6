"""Conditions between the parts of an element, as values: each checks, and each says itself in words for the docs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

__all__ = [
    "Constraint",
    "all_or_none",
    "at_least_one",
    "at_most_one",
    "exactly_one",
    "requires",
    "requires_child",
]

Rule = Literal["at-least-one", "at-most-one", "exactly-one", "all-or-none", "requires"]


@dataclass(frozen=True, slots=True)
class Constraint:
    """A condition between parts, named by their XML names; `#text` is the element's text.

    Args:
        rule: what must hold.
        members: the parts.
        trigger: for `requires`, the part (or `name=value`) that needs the members.
        unless: for `requires`, parts or `name=value`, each of which lifts the condition.
    """

    rule: Rule
    members: tuple[str, ...]
    trigger: str | None = None
    unless: tuple[str, ...] = ()

    def code(self, present: AbstractSet[str]) -> tuple[str, str]:
        """The rule code and name of its finding, for what is present: too many of what excludes itself, or too few."""
        is_too_much = self.rule == "exactly-one" and any(name in present for name in self.members)
        if is_too_much or self.rule in ("at-most-one", "all-or-none"):
            return "AIM107", "exclusive-attributes"
        return "AIM108", "one-of-required"

    def describe(self) -> str:
        """Say the condition in words."""
        names = ", ".join(_shown(name) for name in self.members)
        match self.rule:
            case "at-least-one":
                return f"at least one of {names} is needed"
            case "at-most-one":
                return f"only one of {names} may stand"
            case "exactly-one":
                return f"exactly one of {names} is needed"
            case "all-or-none":
                return f"{names} belong together"
            case "requires":
                lifted = " unless " + " or ".join(_shown(name) for name in self.unless) if self.unless else ""
                wanted = f"{_shown(self.trigger)} needs {names}" if self.trigger else f"{names} is needed"
                return f"{wanted}{lifted}"

    def holds(self, present: AbstractSet[str]) -> bool:
        """Check against the names that are present; an attribute is also present as `name=value`."""
        count = sum(name in present for name in self.members)
        match self.rule:
            case "at-least-one":
                return count >= 1
            case "at-most-one":
                return count <= 1
            case "exactly-one":
                return count == 1
            case "all-or-none":
                return count in (0, len(self.members))
            case "requires":
                is_due = self.trigger is None or self.trigger in present
                is_lifted = any(name in present for name in self.unless)
                return not is_due or is_lifted or count == len(self.members)


def _shown(name: str) -> str:
    if name == "#text":
        return "a text"
    attribute, equals, value = name.partition("=")
    return f"{attribute}='{value}'" if equals else f"'{name}'"


def at_least_one(*members: str) -> Constraint:
    """One or more of these."""
    return Constraint("at-least-one", members)


def at_most_one(*members: str) -> Constraint:
    """None or one of these."""
    return Constraint("at-most-one", members)


def exactly_one(*members: str) -> Constraint:
    """One of these, not more."""
    return Constraint("exactly-one", members)


def all_or_none(*members: str) -> Constraint:
    """These together, or none of them."""
    return Constraint("all-or-none", members)


def requires(trigger: str, *members: str, unless: str | tuple[str, ...] = ()) -> Constraint:
    """Where `trigger` stands, all members must stand."""
    return Constraint("requires", members, trigger, (unless,) if isinstance(unless, str) else unless)


def requires_child(*members: str, unless: str | tuple[str, ...] = ()) -> Constraint:
    """These children must stand, unless …."""
    return Constraint("requires", members, None, (unless,) if isinstance(unless, str) else unless)
