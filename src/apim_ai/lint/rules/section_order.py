"""The rule AIM005."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, DocumentRule
from apim_ai.lint.subject import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["SectionOrder"]


class SectionOrder(DocumentRule):
    """Sections that do not stand in the order inbound, backend, outbound, on-error.

    They run in that order whatever the document says; differences between documents and readers suffer.

    Reorder them.
    """

    code, name, severity = "AIM005", "section-order", "info"
    good = (Case("<policies><inbound><base /></inbound><outbound><base /></outbound></policies>"),)
    bad = (Case("<policies>\n<outbound><base /></outbound>\n<inbound><base /></inbound>\n</policies>", at=3),)

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Report the first section that stands too late."""
        if subject.root is None or not subject.is_policies:
            return
        highest = -1
        for child in subject.root.elements:
            if child.name not in SECTIONS:
                continue
            place = SECTIONS.index(child.name)
            if place < highest:
                message = f"'{child.name}' stands behind '{SECTIONS[highest]}'"
                yield self.found(child.name_span, message, help="order: inbound, backend, outbound, on-error")
                return
            highest = place
