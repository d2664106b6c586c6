"""The rule AIM719."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import POLICIES
from apim_ai.finding import Related
from apim_ai.lint.rule import Case, FlowRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["FragmentWrongSection"]


class FragmentWrongSection(FlowRule):
    """A fragment is included in a section that does not take its policies.

    The PUT of the including document fails, not that of the fragment.

    Split the fragment.
    """

    code, name, severity = "AIM719", "fragment-wrong-section", "error"
    good = (
        Case(
            '<include-fragment fragment-id="path" />',
            resources={
                "policyFragments/path": {
                    "value": "<fragment><rewrite-uri template='/a' /></fragment>",
                    "format": "rawxml",
                }
            },
        ),
    )
    bad = (
        Case(
            '<include-fragment fragment-id="path" />',
            section="outbound",
            resources={
                "policyFragments/path": {
                    "value": "<fragment><rewrite-uri template='/a' /></fragment>",
                    "format": "rawxml",
                }
            },
            at=1,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Compare each included policy's sections with that of the include."""
        if subject.is_fragment:
            return
        for section, flow in subject.flows.items():
            for site in flow.sites:
                include = site.parents[0] if site.parents and site.parents[0].name == "include-fragment" else None
                is_policy = all(
                    parent.name in ("include-fragment", "choose", "when", "otherwise", "retry", "limit-concurrency")
                    for parent in site.parents
                )
                cls = (
                    POLICIES.find(site.name)
                    if include is not None and is_policy and site.name in POLICIES.names
                    else None
                )
                if include is not None and cls is not None and section not in cls.definition.sections:
                    related = (Related(site.element.span, "it stands here"),)
                    message = f"the fragment holds '{site.name}', which may not stand in '{section}'"
                    yield self.found(
                        include.span, message, help="split the fragment", policy="include-fragment", related=related
                    )
