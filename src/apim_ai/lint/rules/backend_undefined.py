"""The rule AIM706."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.syntax.tree import Conditional
from apim_ai.lint.csharp import literal_text, tree_of
from apim_ai.lint.rule import Case, FlowRule
from apim_ai.lint.words import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.document import Attribute
    from apim_ai.expression.syntax.tree import Node
    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["BackendUndefined"]


class BackendUndefined(FlowRule):
    """A backend is named that does not exist.

    The PUT fails, or callers get a 500 where the name is computed.

    Look at the suggestion.
    """

    code, name, severity = "AIM706", "backend-undefined", "error"
    good = (
        Case(
            '<set-backend-service backend-id="aoai-pool" />',
            resources={"backends/aoai-pool": {"url": "https://a.example.com", "protocol": "http"}},
        ),
    )
    bad = (
        Case(
            '<set-backend-service backend-id="aoai-pol" />',
            resources={"backends/aoai-pool": {"url": "https://a.example.com", "protocol": "http"}},
            at=1,
        ),
        Case(
            '<set-backend-service backend-id="@(context.Request.Method == "GET" ? "aoai-pool" : "aoai-pol")" />',
            resources={"backends/aoai-pool": {"url": "https://a.example.com", "protocol": "http"}},
            at=1,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look at literal ids, and at the constants that a computed one chooses from."""
        estate = subject.estate
        if estate is None:
            return
        known = {name.lower() for name in estate.backends}
        for site in subject.sites:
            for attribute in site.element.attributes:
                if attribute.name not in ("backend-id", "embeddings-backend-id"):
                    continue
                for name in _names(attribute, site):
                    if name.lower() not in known and name != "dapr":
                        message = f"there is no backend '{name}'"
                        yield self.found(
                            attribute.span, message, help=did_you_mean(name, estate.backends), policy=site.name
                        )


def _names(attribute: Attribute, site: Site) -> Iterator[str]:
    if attribute.code is None:
        name = site.literal(attribute.name)
        if name is not None:
            yield name
        return
    tree = tree_of(attribute.code.text)
    if tree is not None:
        yield from _chosen(tree.root)


def _chosen(node: Node) -> Iterator[str]:
    """Yield the constants that an expression may give."""
    if isinstance(node, Conditional):
        yield from _chosen(node.yes)
        yield from _chosen(node.no)
    elif (text := literal_text(node)) and "{{" not in text:
        yield text
