"""The rule AIM508."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.guards import tests_null
from apim_ai.lint.rule import Case, PolicyRule
from apim_ai.lint.site import expressions_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["RetryNullResponse"]


class RetryNullResponse(PolicyRule):
    """A retry's condition reads a response that may not be there.

    After a connection error there is none, and the condition throws.

    Write `context.Response != null && …`.
    """

    code, name, severity = "AIM508", "retry-null-response", "warning"
    elements = ("retry",)
    good = (
        Case(
            '<retry condition="@(context.Response != null && context.Response.StatusCode == 503)" count="2" interval="1"><forward-request timeout="60" buffer-request-body="true" /></retry>',
            section="backend",
        ),
    )
    bad = (
        Case(
            '<retry condition="@(context.Response.StatusCode == 503)" count="2" interval="1"><forward-request timeout="60" buffer-request-body="true" /></retry>',
            section="backend",
            at=1,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for a test."""
        for expression in expressions_of(site):
            tree = expression.tree
            is_condition = expression.attribute is not None and expression.attribute.name == "condition"
            if tree is None or not is_condition or tests_null(expression, "context.Response"):
                continue
            chain = next((c for c in tree.chains if c.path == "context.Response"), None)
            if chain is not None:
                span = expression.span(chain.node.start, chain.node.end)
                message = "after a connection error there is no response"
                yield self.found(span, message, help="write context.Response != null && …", policy=site.name)
