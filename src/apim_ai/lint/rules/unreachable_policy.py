"""The rule AIM019."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["UnreachablePolicy"]


class UnreachablePolicy(PolicyRule):
    """Policies behind one that always answers.

    `return-response` and `mock-response` end the pipeline: what follows in the same branch never runs.

    Put them before it, or remove them.
    """

    code, name, severity = "AIM019", "unreachable-policy", "warning"
    elements = ("return-response", "mock-response")
    good = (
        Case(
            '<set-variable name="a" value="1" /><return-response><set-status code="200" reason="OK" /></return-response>'
        ),
    )
    bad = (
        Case(
            '<return-response><set-status code="200" reason="OK" /></return-response>\n<set-variable name="a" value="1" />',
            at=2,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at the next element of the same parent."""
        parent = site.parents[-1] if site.parents else subject.sections.get(site.section or "", subject.root)
        siblings = parent.elements if parent is not None else ()
        places = [number for number, sibling in enumerate(siblings) if sibling is site.element]
        if places and places[0] + 1 < len(siblings):
            following = siblings[places[0] + 1]
            message = f"'{following.name}' never runs: '{site.name}' before it ends the pipeline"
            yield self.found(following.span, message, help="move or remove it", policy=following.name)
