"""The rule AIM013."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, DocumentRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["DuplicateBase"]


class DuplicateBase(DocumentRule):
    """`base` more than once in a section.

    The parent's policies would run twice: counters count double, calls are made again. The service may refuse it.

    Keep one.
    """

    code, name, severity = "AIM013", "duplicate-base", "error"
    good = (Case("<policies><inbound><base /></inbound></policies>"),)
    bad = (Case("<policies>\n<inbound><base />\n<base /></inbound>\n</policies>", at=3),)

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Count `base` in each section."""
        for name, section in subject.sections.items():
            for second in [element for element in section.elements if element.name == "base"][1:]:
                yield self.found(second.span, f"'base' stands twice in '{name}'", help="remove one", policy="base")
