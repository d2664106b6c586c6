"""The rule AIM232."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["EntityInRawxml"]


class EntityInRawxml(ExpressionRule):
    """A character reference such as `&quot;` inside an expression of a `rawxml` document.

    C# is taken as it stands there: the reference is no quote, and is encoded once more by the next export.

    Write the character itself.
    """

    code, name, severity = "AIM232", "entity-in-rawxml", "error"
    instead_of = ("AIM200", "AIM201", "AIM202", "AIM203", "AIM207", "AIM211", "AIM212")
    good = (
        Case(
            '<choose><when condition="@(context.Response.StatusCode < 500)"><set-variable name="a" value="1" /></when></choose>',
            section="outbound",
        ),
        Case('<set-variable name="a" value="@(context.Request.Method.Replace("&", "&amp;"))" />'),
        Case('<set-variable name="a" value="@(context.Request.Method == &quot;GET&quot;)" />', format="xml"),
    )
    bad = (
        Case(
            '<choose><when condition="@(context.Response.StatusCode &lt; 500)"><set-variable name="a" value="1" /></when></choose>',
            section="outbound",
            at=1,
        ),
        Case('<set-variable name="a" value="@(context.Request.Method == &quot;GET&quot;)" />', at=1),
    )

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for references in C# that parses only once they are decoded."""
        text = expression.code.text
        match = _ENTITY.search(text)
        if match is None or subject.document.format != "rawxml" or expression.tree is not None:
            return
        message = f"'{match.group()}' inside an expression of a rawxml document is no character"
        help_ = f"write {html.unescape(match.group())}"
        yield self.found(expression.span(match.start(), match.end()), message, help=help_, policy=expression.policy)


_ENTITY = re.compile(r"&(?:quot|amp|lt|gt|apos|#\d+|#x[0-9a-fA-F]+);")
