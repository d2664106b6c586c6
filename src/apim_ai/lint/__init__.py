"""Lint: what Azure refuses and what nobody should ship, as findings at template lines.

Documents and environments go in, a `Report` of findings comes out. `engine` runs the rules; `rule` says what a rule is;
`rules/` holds them, one file each; `subject`, `flow` and `estate` are what they look at; `trust` and `guards` are the
analyses they share; `suppression` reads `<!-- apim: ignore[…] -->`; `collect` finds the documents below a path;
`reporters/` print. What a policy's own definition refuses is asked of `definition`, what the compiler refuses of
`expression`.
"""

from apim_ai.lint.collect import lint_paths
from apim_ai.lint.engine import Linter, Report
from apim_ai.lint.estate import Estate
from apim_ai.lint.registry import all_rules, find_rule
from apim_ai.lint.rule import Case, Rule
from apim_ai.lint.subject import Subject

__all__ = ["Case", "Estate", "Linter", "Report", "Rule", "Subject", "all_rules", "find_rule", "lint_paths"]
