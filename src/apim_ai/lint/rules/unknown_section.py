"""The rule AIM003."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, DocumentRule
from apim_ai.lint.subject import SECTIONS
from apim_ai.lint.words import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["UnknownSection"]


class UnknownSection(DocumentRule):
    """A child of `policies` that is no section.

    It is refused when it is saved.

    The sections are `inbound`, `backend`, `outbound` and `on-error`.
    """

    code, name, severity = "AIM003", "unknown-section", "error"
    good = (Case("<policies><on-error><base /></on-error></policies>"),)
    bad = (Case("<policies>\n<on_error><base /></on_error>\n</policies>", at=2),)

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look at each child of the root."""
        if subject.root is None or not subject.is_policies:
            return
        for child in subject.root.elements:
            if child.name not in SECTIONS:
                known = "the sections are inbound, backend, outbound and on-error"
                help_ = did_you_mean(child.name.replace("_", "-"), SECTIONS, otherwise=known)
                yield self.found(child.span, f"'{child.name}' is no section", help=help_)
