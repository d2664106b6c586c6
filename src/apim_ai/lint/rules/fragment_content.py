"""The rule AIM023."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, DocumentRule
from apim_ai.lint.subject import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["FragmentContent"]


class FragmentContent(DocumentRule):
    """A fragment that holds a section, `base` or another `include-fragment`.

    It is refused: fragments cannot nest, and have no sections.

    Keep policies alone in it.
    """

    code, name, severity = "AIM023", "fragment-content", "error"
    instead_of = ("AIM012", "AIM101")
    good = (Case('<fragment><set-variable name="a" value="1" /></fragment>', scope="fragment"),)
    bad = (
        Case("<fragment>\n<inbound><base /></inbound>\n</fragment>", scope="fragment", at=2),
        Case('<fragment>\n<include-fragment fragment-id="other" />\n</fragment>', scope="fragment", at=2),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look at every element of a fragment."""
        if subject.root is None or subject.root.name != "fragment":
            return
        for site in subject.sites:
            is_section = site.name in SECTIONS and not site.parents
            if is_section or site.name in ("base", "include-fragment"):
                message = f"a fragment may not hold '{site.name}'"
                yield self.found(site.element.span, message, help="keep policies alone in it", policy=site.name)
