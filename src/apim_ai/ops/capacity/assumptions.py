"""What a capacity report rests on: a dated file, and what somebody says instead."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

from apim_ai.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Assumption", "Assumptions", "read_assumptions"]

_NO_END = 1e9


@dataclass(frozen=True, slots=True)
class Assumption:
    """One of them.

    Args:
        name: how `--assume` calls it.
        low: its value in the low case.
        high: its value in the high case.
        means: what it says.
        source: where it comes from.
        least: no value may be below it.
        most: no value may be above it.
    """

    name: str
    low: float
    high: float
    means: str
    source: str
    least: float = 0.0
    most: float = _NO_END

    def given(self, text: str) -> Assumption:
        """Return it with a value that somebody gave for both cases.

        Raises:
            UsageError: that is no number, or none that makes sense.
        """
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not self.least <= value <= self.most:
            upper = f" to {self.most:g}" if self.most < _NO_END else " or more"
            raise UsageError(f'"{text}" is no value of {self.name}', help=f"it is a number, {self.least:g}{upper}")
        return replace(self, low=value, high=value, source="given")


@dataclass(frozen=True, slots=True)
class Assumptions:
    """All of them, and the day on which the file was last looked through."""

    recorded: str
    by_name: Mapping[str, Assumption]

    def value(self, name: str, case: str) -> float:
        """Return a value in a case, `low` or `high`."""
        found = self.by_name[name]
        return found.low if case == "low" else found.high

    def given(self, pairs: Iterable[str]) -> Assumptions:
        """Return them with what somebody says instead, as `name=value`.

        Raises:
            UsageError: there is no such assumption, or that is no value for it.
        """
        changed = dict(self.by_name)
        for pair in pairs:
            name, sign, text = pair.partition("=")
            if not sign:
                raise UsageError(f'"{pair}" is not of the form NAME=VALUE')
            if name not in changed:
                close = get_close_matches(name, changed, 1)
                help_ = f'did you mean "{close[0]}"?' if close else f"known: {', '.join(changed)}"
                raise UsageError(f'there is no assumption "{name}"', help=help_)
            changed[name] = changed[name].given(text)
        return replace(self, by_name=changed)


@cache
def read_assumptions() -> Assumptions:
    """Return the assumptions that come with the package."""
    text = resources.files("apim_ai.ops.capacity").joinpath("assumptions.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    found = {name: _assumption(name, item) for part in ("demand", "limits") for name, item in content[part].items()}
    return Assumptions(str(content["recorded"]), found)


def _assumption(name: str, item: Mapping[str, Any]) -> Assumption:
    both = item.get("value")
    return Assumption(
        name,
        float(item["low"] if both is None else both),
        float(item["high"] if both is None else both),
        item["means"],
        item["source"],
        float(item.get("least", 0)),
        float(item.get("most", _NO_END)),
    )
