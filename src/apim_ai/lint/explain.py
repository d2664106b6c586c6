"""A rule's page for the terminal, from its docstring and its examples."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from apim_ai.lint.registry import all_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.lint.rule import Case, Rule

__all__ = ["explain", "rule_list"]

_SHOWN = 2000


def explain(rule: Rule) -> str:
    """Return what a rule finds, why, what to do instead, and its examples."""
    lines = [f"{rule.code} {rule.name} ({rule.severity})", "", inspect.cleandoc(rule.__doc__ or "")]
    for title, cases in (("Bad", rule.bad), ("Good", rule.good)):
        for case in cases:
            lines += ["", f"{title} (apim.yaml):" if case.is_project else f"{title}:", *_example(case)]
    return "\n".join(lines)


def rule_list() -> str:
    """Return one line a rule: code, severity, name and what it finds."""
    rows = [(rule.code, rule.severity, rule.name, _summary(rule)) for rule in all_rules()]
    width = max(len(name) for _, _, name, _ in rows)
    return "\n".join(f"{code}  {severity:7}  {name.ljust(width)}  {summary}" for code, severity, name, summary in rows)


def _summary(rule: Rule) -> str:
    return inspect.cleandoc(rule.__doc__ or "").split("\n\n", 1)[0].replace("\n", " ")


def _example(case: Case) -> Iterator[str]:
    text = case.text if len(case.text) <= _SHOWN else f"{case.text[:_SHOWN]}…"
    yield from (f"    {line}" for line in text.split("\n"))
    for identifier, properties in (case.resources or {}).items():
        yield f"    # {identifier}: {dict(properties)}"
