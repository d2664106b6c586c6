"""The rule AIM011."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, DocumentRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["BaseAtGlobal"]


class BaseAtGlobal(DocumentRule):
    """`base` in the global document.

    There is no parent: it does nothing, and misleads.

    Remove it.
    """

    code, name, severity = "AIM011", "base-at-global", "warning"
    good = (Case("<policies><inbound></inbound></policies>", scope="global"),)
    bad = (Case("<policies>\n<inbound><base /></inbound>\n</policies>", scope="global", at=2),)

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look for `base` in each section."""
        if subject.scope != "global":
            return
        for section in subject.sections.values():
            for element in section.elements:
                if element.name == "base":
                    message = "'base' does nothing at the global scope, which has no parent"
                    yield self.found(element.span, message, help="remove it", policy="base")
