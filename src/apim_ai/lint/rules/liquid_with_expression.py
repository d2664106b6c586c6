"""The rule AIM121."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["LiquidWithExpression"]


class LiquidWithExpression(PolicyRule):
    """C# in a Liquid template.

    The text is sent as it stands.

    Use Liquid's own `{{context.Request.Method}}`, or leave `template` out.
    """

    code, name, severity = "AIM121", "liquid-with-expression", "warning"
    elements = ("set-body",)
    good = (Case('<set-body template="liquid">{"method": "{{context.Request.Method}}"}</set-body>'),)
    bad = (Case('<set-body template="liquid">@(context.Request.Method)</set-body>', at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look into the text of a Liquid body."""
        if site.literal("template") != "liquid":
            return
        for text in site.element.texts:
            found = re.search(r"@[({]", text.value)
            if found:
                message = f"'{found.group()}' begins no expression in a Liquid template"
                yield self.found(text.span, message, help="use {{context.…}}, or leave template out", policy=site.name)
