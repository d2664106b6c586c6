"""The rule AIM248."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.bodies import body_reads, type_argument
from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["UnlistedBodyType"]


class UnlistedBodyType(ExpressionRule):
    """`As<T>` with a type that bodies cannot be read as.

    The service refuses the document. Allowed are string, byte[], JObject, JToken, JArray, XNode, XElement and XDocument.

    Use one of these.
    """

    code, name, severity = "AIM248", "unlisted-body-type", "error"
    instead_of = ("AIM207",)
    good = (Case('<set-variable name="a" value="@(context.Request.Body?.As<string>(true))" />'),)
    bad = (
        Case('<set-variable name="a" value="@(context.Request.Body?.As<int>(true))" />', at=1),
        Case('<set-variable name="a" value="@(context.Request.Body?.As<dynamic>(true))" />', at=1),
    )

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for `dynamic`, which is no type; the compiler of expressions finds all other types."""
        for call in body_reads(expression, "Request", "Response"):
            if type_argument(call) == "dynamic":
                help_ = "read it as JObject"
                message = "'As<dynamic>' is not allowed"
                yield self.found(expression.span(call.start, call.end), message, help=help_, policy=expression.policy)
