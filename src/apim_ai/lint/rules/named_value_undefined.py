"""The rule AIM701."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.document import Comment, Element, named_value_spans
from apim_ai.lint.rule import Case, FlowRule
from apim_ai.lint.site import literal
from apim_ai.lint.words import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.document import Node
    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["NamedValueUndefined"]


class NamedValueUndefined(FlowRule):
    """`{{name}}` that no named value has.

    The PUT fails, or the token is sent as it stands.

    Look at the suggestion, or define it under `named_values`.
    """

    code, name, severity = "AIM701", "named-value-undefined", "error"
    good = (
        Case(
            '<set-variable name="a" value="{{aoai-endpoint}}" />',
            resources={"namedValues/aoai-endpoint": {"displayName": "aoai-endpoint", "value": "x"}},
        ),
        Case(
            '<set-body template="liquid">{{body.text}}</set-body>',
            resources={"namedValues/a": {"displayName": "a", "value": "x"}},
        ),
    )
    bad = (
        Case(
            '<set-variable name="a" value="{{aoai-endpont}}" />',
            resources={"namedValues/aoai-endpoint": {"displayName": "aoai-endpoint", "value": "x"}},
            at=1,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look for tokens anywhere but in Liquid, comments and literal braces of C#."""
        if subject.estate is None:
            return
        known = subject.estate.named_values
        for document in {
            id(site.document): site.document for flow in subject.flows.values() for site in flow.sites
        }.values():
            text = document.source.text
            hidden = tuple(_hidden(document.nodes))
            for name, start, end in named_value_spans(text):
                if name not in known and not any(first <= start < last for first, last in hidden):
                    help_ = did_you_mean(name, known, otherwise="define it under named_values")
                    yield self.found(document.source.span(start, end), f"there is no named value '{name}'", help=help_)


def _hidden(nodes: tuple[Node, ...]) -> Iterator[tuple[int, int]]:
    """Yield the places where braces mean something else."""
    for node in nodes:
        if isinstance(node, Comment):
            yield node.start, node.end
        elif isinstance(node, Element):
            if node.name == "set-body" and literal(node, "template") == "liquid":
                yield node.open_end, node.close_start
            yield from _hidden(node.children)
