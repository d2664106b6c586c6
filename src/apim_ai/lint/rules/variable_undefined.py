"""The rule AIM221."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from apim_ai.lint.guards import guards
from apim_ai.lint.rule import Case, FlowRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
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
        sites = [site for flow in subject.flows.values() for site in flow.sites]
        known = set(_set_by(sites))
        is_complete = all(flow.is_complete for flow in subject.flows.values())
        for expression in (e for flow in subject.flows.values() for e in flow.expressions):
            tree = expression.tree
            for name, chain in tree.variables if tree is not None else ():
                if name in known or guards(expression, f'ContainsKey("{name}")'):
                    continue
                close = get_close_matches(name, known, n=1, cutoff=0.85)
                has_default = len(chain.arguments) > 1 or "TryGetValue" in chain.path
                if close or (is_complete and not has_default):
                    span = expression.span(chain.node.start, chain.node.end)
                    help_ = f"did you mean '{close[0]}'?" if close else "set it before, or give a default"
                    yield self.found(span, f"nothing sets the variable '{name}'", help=help_, policy=expression.policy)


def _set_by(sites: list[Site]) -> Iterator[str]:
    """Yield the names of the variables that policies set."""
    for site in sites:
        for attribute in site.element.attributes:
            is_name = attribute.name.endswith("variable-name") or (
                site.name == "set-variable" and attribute.name == "name"
            )
            if is_name:
                yield attribute.value
