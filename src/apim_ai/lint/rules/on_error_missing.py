"""The rule AIM529."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, DocumentRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["OnErrorMissing"]


class OnErrorMissing(DocumentRule):
    """An `on-error` section that does nothing.

    Callers get the service's raw 400 and 500 bodies, and the parent's error handling does not run.

    Keep `<base />`, or shape the error.
    """

    code, name, severity = "AIM529", "on-error-missing", "warning"
    instead_of = ("AIM010",)
    good = (Case("<policies><inbound><base /></inbound><on-error><base /></on-error></policies>"),)
    bad = (Case("<policies><inbound><base /></inbound>\n<on-error></on-error></policies>", at=2),)

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look for anything in the section."""
        section = subject.sections.get("on-error")
        if section is not None and not section.elements and subject.scope not in (None, "global"):
            message = "errors reach callers as the service words them"
            yield self.found(section.span, message, help="add <base />, or shape the error", policy="on-error")
