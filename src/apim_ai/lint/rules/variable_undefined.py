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
        flows = subject.flows.values()
        known = set(_set_by([site for flow in flows for site in flow.sites]))
        is_complete = all(flow.is_complete for flow in flows)
        for expression in (e for flow in flows for e in flow.expressions if "context.Variables" in e.code.text):
            tree = expression.tree
            for name, chain in tree.variables if tree is not None else ():
                has_default = len(chain.arguments) > 1 or "TryGetValue" in chain.path
                if name in known or (has_default and not is_complete) or guards(expression, f'ContainsKey("{name}")'):
                    continue
                close = _misspelt(name, known)
                if close or (is_complete and not has_default):
                    span = expression.span(chain.node.start, chain.node.end)
                    help_ = f"did you mean '{close}'?" if close else "set it before, or give a default"
                    yield self.found(span, f"nothing sets the variable '{name}'", help=help_, policy=expression.policy)


def _misspelt(name: str, known: set[str]) -> str | None:
    """Return the known name of which this one is a misspelling; names that differ in digits alone are not."""
    letters = name.rstrip("0123456789")
    others = (other for other in known if other.rstrip("0123456789") != letters)
    return next(iter(get_close_matches(name, others, n=1, cutoff=0.88)), None)


def _set_by(sites: list[Site]) -> Iterator[str]:
    """Yield the names of the variables that policies set."""
    for site in sites:
        for attribute in site.element.attributes:
            is_name = attribute.name.endswith("variable-name") or (
                site.name == "set-variable" and attribute.name == "name"
            )
            if is_name:
                yield attribute.value
