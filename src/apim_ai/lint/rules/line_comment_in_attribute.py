"""The rule AIM234."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["LineCommentInAttribute"]


class LineCommentInAttribute(ExpressionRule):
    """A `//` comment in an attribute of an `xml` document that spans lines.

    XML turns line breaks in attributes into spaces: the rest of the code becomes comment.

    Write `/* … */`, or encode the line break as `&#xA;`.
    """

    code, name, severity = "AIM234", "line-comment-in-attribute", "error"
    good = (Case('<set-variable name="a" value="@{ /* note */\n return 1; }" />', format="xml"),)
    bad = (Case('<set-variable name="a" value="@{ // note\n return 1; }" />', format="xml", at=1),)

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for a comment whose line ends in a raw line break."""
        if subject.document.format != "xml" or expression.attribute is None:
            return
        code = expression.code
        for match in _LINE_COMMENT.finditer(code.text):
            end = match.end()
            offset = code.offsets[end] if code.offsets is not None else code.start + end
            if (
                match.group().startswith("//")
                and code.text[end : end + 1] in ("\n", "\r")
                and code.source.text[offset] in "\r\n"
            ):
                message = "in an attribute of an xml document this comment swallows the lines behind it"
                yield self.found(
                    expression.span(match.start(), end), message, help="write /* … */", policy=expression.policy
                )


_LINE_COMMENT = re.compile(r'@"(?:[^"]|"")*"|"(?:[^"\\\r\n]|\\.)*"|//[^\r\n]*')
