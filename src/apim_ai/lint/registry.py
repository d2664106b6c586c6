"""Finds the rules: one class in each module of `rules/`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

from apim_ai.lint import rules as package
from apim_ai.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["all_rules", "find_rule"]


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return one instance of every rule, by code."""
    return tuple(sorted((cls() for cls in _classes()), key=lambda rule: rule.code))


def find_rule(word: str) -> Rule | None:
    """Return the rule of a code or name."""
    return next((rule for rule in all_rules() if word.lower() in (rule.code.lower(), rule.name)), None)


def _classes() -> Iterator[type[Rule]]:
    for module in pkgutil.iter_modules(package.__path__):
        loaded = importlib.import_module(f"{package.__name__}.{module.name}")
        for member in vars(loaded).values():
            if isinstance(member, type) and issubclass(member, Rule) and member.__module__ == loaded.__name__:
                yield member
