"""The rule AIM803."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, DocumentRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["TemplateResidue"]


class TemplateResidue(DocumentRule):
    """Pieces of a template, or a placeholder, in what is deployed.

    They are literal text in the policy.

    Render the template, or fill the placeholder.
    """

    code, name, severity = "AIM803", "template-residue", "error"
    good = (Case('<set-variable name="a" value="{{name}}" />'),)
    bad = (
        Case('<set-backend-service backend-id="{% if eu %}eu{% endif %}" />', at=1),
        Case('<set-variable name="a" value="&lt;your-api-key&gt;" />', at=1),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look at literal values."""
        for site in subject.sites:
            if site.name == "set-body" or site.is_inside("set-body"):
                continue
            for piece in (*site.element.attributes, *site.element.texts):
                match = _RESIDUE.search(piece.value) if piece.code is None else None
                if match is not None:
                    message = f"'{match.group()}' is left of a template"
                    yield self.found(piece.span, message, help="render the template, or fill it in", policy=site.name)


_RESIDUE = re.compile(r"\{%.*?%\}|\{#.*?#\}|<your[-_ ][^>]*>|\[\[ ?[a-z_][\w.]* ?\]\]", re.IGNORECASE)
