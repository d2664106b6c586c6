"""The rule AIM221."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.guards import guards
from apim_ai.lint.rule import Case, FlowRule
from apim_ai.lint.words import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["VariableUndefined"]


class VariableUndefined(FlowRule):
    """A context variable is read that nothing sets.

    Reading it by index throws; `GetValueOrDefault` gives its default for ever.

    Look at the suggestion: most often the name is misspelt.
    """

    code, name, severity = "AIM221", "variable-undefined", "error"
    good = (
        Case(
            '<set-variable name="remaining" value="1" /><set-variable name="b" value="@((string)context.Variables["remaining"])" />'
        ),
        Case('<set-variable name="b" value="@(context.Variables.GetValueOrDefault<string>("from-a-parent", ""))" />'),
    )
    bad = (
        Case(
            '<set-variable name="remainingTokens" value="1" />\n<set-variable name="b" value="@((string)context.Variables["remaningTokens"])" />',
            at=2,
        ),
        Case(
            '<set-variable name="b" value="@((string)context.Variables["nobody"])" />',
            resources={"apis/chat": {"path": "chat"}},
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Compare what is read with what is set anywhere on the way."""
        flows = subject.flows.values()
        unknown = frozenset[str]().union(*(flow.unknown for flow in flows))
        if "fragment" in unknown:
            return
        known = {name for flow in flows for name in flow.variables}
        for expression in (e for flow in flows for e in flow.expressions if "context.Variables" in e.code.text):
            tree = expression.tree
            for name, chain in tree.variables if tree is not None else ():
                has_default = len(chain.arguments) > 1 or "TryGetValue" in chain.path
                if name in known or has_default or guards(expression, f'ContainsKey("{name}")'):
                    continue
                if not unknown or (len(known) <= _MOST and any(_is_one_slip(name, other) for other in known)):
                    span = expression.span(chain.node.start, chain.node.end)
                    help_ = did_you_mean(name, known, otherwise="set it before, or give a default")
                    yield self.found(span, f"nothing sets the variable '{name}'", help=help_, policy=expression.policy)


_MOST = 500  # names that each read is compared with


def _is_one_slip(one: str, other: str) -> bool:
    """Whether two names differ in one letter that is missing, doubled, wrong or swapped with its neighbour."""
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, wanted = one[start:], other[start:]
    if any(letter.isdigit() for letter in (rest[:1], wanted[:1])):
        return False  # names in a row
    return (
        rest[1:] == wanted
        or rest == wanted[1:]
        or rest[1:] == wanted[1:]
        or (rest[1::-1], rest[2:]) == (wanted[:2], wanted[2:])
    )
