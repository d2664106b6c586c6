"""The rule AIM719."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from apim_ai.finding import Related
from apim_ai.lint.rule import Case, FlowRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
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
                if site.document is subject.document or not _is_refused(site, section):
                    continue
                include = next((parent for parent in site.parents if parent.name == "include-fragment"), None)
                if include is not None:
                    related = (Related(site.element.span, "it stands here"),)
                    message = f"the fragment holds '{site.name}', which may not stand in '{section}'"
                    help_ = "split the fragment"
                    yield self.found(include.span, message, help=help_, policy="include-fragment", related=related)


_CONTAINERS = frozenset({"include-fragment", "choose", "when", "otherwise", "retry", "limit-concurrency"})


def _is_refused(site: Site, section: str) -> bool:
    """Whether an element is a policy of the pipeline that does not take this section."""
    sections = _sections_of(site.name)
    if sections is None or section in sections:
        return False
    return all(parent.name in _CONTAINERS for parent in site.parents)


@cache
def _sections_of(name: str) -> tuple[str, ...] | None:
    from apim_ai.definition import POLICIES  # noqa: PLC0415 - listing and explaining rules needs no definitions

    cls = POLICIES.find(name)
    return None if cls is None else cls.definition.sections
