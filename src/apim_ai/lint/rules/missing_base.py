"""The rule AIM010."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, DocumentRule
from apim_ai.lint.subject import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.document import Element
    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["MissingBase"]


class MissingBase(DocumentRule):
    """A section below the global scope without `base`.

    What the parent scopes do in this section, authentication, limits and logging, silently does not happen.

    Write `<base />` where the parent's policies shall run, as a rule first in `inbound`. Where leaving it out is meant,
    say so: `<!-- apim: ignore[missing-base] why -->`.
    """

    code, name, severity = "AIM010", "missing-base", "warning"
    good = (
        Case("<policies><inbound><base /></inbound></policies>"),
        Case('<policies><backend><forward-request timeout="60" /></backend></policies>'),
        Case("<policies><inbound></inbound></policies>", scope="global"),
        Case("<policies><inbound><base /></inbound><outbound></outbound></policies>", scope=None),
    )
    bad = (
        Case('<policies>\n<inbound>\n<set-variable name="a" value="1" />\n</inbound>\n</policies>', at=2),
        Case("<policies><inbound><base /></inbound>\n<outbound></outbound></policies>", scope="operation", at=2),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look for `base` in each section that is there."""
        sections = {name: element for name, element in subject.sections.items() if name in SECTIONS}
        if subject.scope in (None, "global"):
            return
        for name, element in sections.items():
            if element.find("base") is None and not _calls_itself(element):
                message = f"the section '{name}' has no 'base': what the parent scopes do there does not happen"
                yield self.found(element.span, message, help="add <base />", policy=name)


def _calls_itself(section: Element) -> bool:
    """Whether a backend section makes the call that `base` would make, itself or in a fragment."""
    return section.name == "backend" and (_holds(section, "forward-request") or _holds(section, "include-fragment"))


def _holds(element: Element, name: str) -> bool:
    return any(child.name == name or _holds(child, name) for child in element.elements)
