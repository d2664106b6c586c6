"""The rule AIM006."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, DocumentRule
from apim_ai.lint.site import stands_for_markup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["StrayText"]


class StrayText(DocumentRule):
    """Text where only elements may stand.

    The service says "The element cannot contain text. List of possible elements expected" when it is saved.

    Remove it; it is often a `>` too much, or a header's value without `<value>`.
    """

    code, name, severity = "AIM006", "stray-text", "error"
    good = (
        Case("<policies><inbound><base /></inbound></policies>"),
        Case("<policies><inbound><base />{{shared-policies}}</inbound></policies>"),
    )
    bad = (
        Case("<policies>\n<inbound>> <base /></inbound>\n</policies>", at=2),
        Case("<policies>\n<inbound><base /></inbound>\nx</policies>", at=3),
        Case("<policies>\n<inbound>\n<base>x</base></inbound></policies>", at=3),
        Case(
            '<choose>\nx<when condition="@(context.Request.Method == "GET")"><set-variable name="a" value="1" /></when></choose>',
            at=1,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look at the root and its sections; the policies' own definitions look at the rest."""
        root = subject.root
        if root is None or root.name not in ("policies", "fragment"):
            return
        sections = root.elements if root.name == "policies" else ()
        bases = (child for section in sections for child in section.elements if child.name == "base")
        for element in (root, *sections, *bases):
            for text in (text for text in element.texts if not stands_for_markup(text)):
                stripped = text.value.strip()
                if not any(letter.isprintable() for letter in stripped):
                    continue  # the reader objects to the character itself
                start = text.start + max(0, text.source.text[text.start : text.end].find(stripped[:1]))
                span = text.source.span(start, max(start + 1, text.start + len(text.value.rstrip())))
                message = f"the element '{element.name}' cannot contain text"
                yield self.found(span, message, policy=element.name, help="remove it")
