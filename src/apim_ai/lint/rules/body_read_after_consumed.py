"""The rule AIM218."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.finding import Related
from apim_ai.lint.bodies import body_reads, consuming_reads
from apim_ai.lint.rule import Case, DocumentRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["BodyReadAfterConsumed"]


class BodyReadAfterConsumed(DocumentRule):
    """A body is read again after a read that left nothing of it.

    The second read throws, or gives an empty text.

    Write `preserveContent: true` in the first.
    """

    code, name, severity = "AIM218", "body-read-after-consumed", "error"
    good = (
        Case(
            '<set-variable name="a" value="@(context.Request.Body?.As<string>(preserveContent: true))" />'
            '<set-variable name="b" value="@(context.Request.Body?.As<JObject>(preserveContent: true))" />'
        ),
    )
    bad = (
        Case(
            '<set-variable name="a" value="@(context.Request.Body?.As<string>())" />\n'
            '<set-variable name="b" value="@(context.Request.Body?.As<JObject>(preserveContent: true))" />',
            at=2,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Follow the state of each message's body through each section."""
        for message, sections in (("Request", ("inbound", "backend")), ("Response", ("outbound", "on-error"))):
            for section in sections:
                expressions = [e for e in subject.expressions if e.site.section == section]
                yield from self._follow(expressions, message)

    def _follow(self, expressions: list[Expression], message: str) -> Iterator[Finding]:
        consumed: Expression | None = None
        for expression in expressions:
            if consumed is not None and consumed.site.dominates(expression.site):
                for call in body_reads(expression, message):
                    related = (Related(consumed.span(), "this read leaves nothing of it"),)
                    text = f"the {message.lower()}'s body was consumed before"
                    span = expression.span(call.start, call.end)
                    help_ = "write preserveContent: true in the first read"
                    yield self.found(span, text, help=help_, policy=expression.policy, related=related)
            if _sets_body(expression):
                consumed = None
            elif any(True for _ in consuming_reads(expression, message)):
                consumed = expression


def _sets_body(expression: Expression) -> bool:
    site = expression.site
    return site.name == "set-body" and not site.is_inside("send-request", "send-one-way-request", "return-response")
