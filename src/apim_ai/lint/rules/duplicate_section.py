"""The rule AIM004."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.finding import Related
from apim_ai.lint.rule import Case, DocumentRule
from apim_ai.lint.subject import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.document import Element
    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["DuplicateSection"]


class DuplicateSection(DocumentRule):
    """A section that stands twice.

    The document is refused, or only one of the two is used.

    Put the policies of both into one.
    """

    code, name, severity = "AIM004", "duplicate-section", "error"
    good = (Case("<policies><inbound><base /></inbound></policies>"),)
    bad = (Case("<policies>\n<inbound><base /></inbound>\n<inbound><base /></inbound>\n</policies>", at=3),)

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Count the sections."""
        if subject.root is None or not subject.is_policies:
            return
        seen: dict[str, Element] = {}
        for child in subject.root.elements:
            if child.name in seen and child.name in SECTIONS:
                related = (Related(seen[child.name].span, "the first one stands here"),)
                yield self.found(
                    child.span, f"the section '{child.name}' stands twice", help="join them", related=related
                )
            seen.setdefault(child.name, child)
