"""Lint: what Azure refuses and what nobody should ship, as findings at template lines.

Documents and environments go in, a `Report` of findings comes out. `paths` is where a run begins: `cache` may know its
report; else `collect` finds the documents and `engine` runs the rules. `rule` says what a rule is; `rules/` holds them,
one file each; `subject`, `flow` and `estate` are what they look at; `trust` and `guards` are the analyses they share;
`suppression` reads `<!-- apim: ignore[…] -->`; `reporters/` print. What a policy's own definition refuses is asked of
`definition`, what the compiler refuses of `expression`.

The names below are imported when they are asked for: a run whose report is known needs no rules.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apim_ai.lint.engine import Linter
    from apim_ai.lint.estate import Estate
    from apim_ai.lint.paths import lint_paths
    from apim_ai.lint.registry import all_rules, find_rule
    from apim_ai.lint.report import Report
    from apim_ai.lint.rule import Case, Rule
    from apim_ai.lint.subject import Subject

__all__ = ["Case", "Estate", "Linter", "Report", "Rule", "Subject", "all_rules", "find_rule", "lint_paths"]

_HOMES = {
    "Case": "rule",
    "Estate": "estate",
    "Linter": "engine",
    "Report": "report",
    "Rule": "rule",
    "Subject": "subject",
    "all_rules": "registry",
    "find_rule": "registry",
    "lint_paths": "paths",
}


def __getattr__(name: str) -> object:
    """Import a name from the module it lives in."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(f"{__name__}.{home}"), name)
