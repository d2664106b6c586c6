"""The rule AIM802."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, DocumentRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["NamedValueVsJinja"]


class NamedValueVsJinja(DocumentRule):
    """`{{ x }}` with spaces, as other template languages write their variables.

    It is no named value and no variable of a template: it stays in the output as it is.

    Write `[[ x ]]` for a variable of the template, `{{x}}` for a named value.
    """

    code, name, severity = "AIM802", "named-value-vs-jinja", "error"
    good = (
        Case('<set-variable name="a" value="{{name}}" />'),
        Case('<set-body template="liquid">{{ body.text }}</set-body>'),
    )
    bad = (Case('<set-variable name="a" value="{{ tier.tpm }}" />', at=1),)

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look at literal values outside of Liquid."""
        for site in subject.sites:
            if site.name == "set-body" or site.is_inside("set-body"):
                continue
            for piece in (*site.element.attributes, *site.element.texts):
                match = _SPACED.search(piece.value) if piece.code is None else None
                if match is not None:
                    message = f"'{match.group()}' is neither a named value nor a variable"
                    help_ = f"write [[ {match.group(1)} ]] or {{{{{match.group(1)}}}}}"
                    yield self.found(piece.span, message, help=help_, policy=site.name)


_SPACED = re.compile(r"\{\{\s+([A-Za-z_][A-Za-z0-9_.-]*)\s*\}\}|\{\{[A-Za-z_][A-Za-z0-9_.-]*\s+\}\}")
