"""The rule AIM431."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.guards import guards
from apim_ai.lint.rule import Case, FlowRule
from apim_ai.lint.site import expressions_of
from apim_ai.lint.trust import trust_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["UnescapedUrlData"]


class UnescapedUrlData(FlowRule):
    """What the client sends becomes part of a URL as it is.

    It can change the path or the query of the call.

    Write `Uri.EscapeDataString(…)` around it.
    """

    code, name, severity = "AIM431", "unescaped-url-data", "warning"
    good = (
        Case(
            '<send-request mode="new" response-variable-name="r" timeout="5" ignore-error="true">'
            '<set-url>@("https://kb.example.com/search?q=" + Uri.EscapeDataString(context.Request.Headers.GetValueOrDefault("x-q", "")))</set-url>'
            "<set-method>GET</set-method></send-request>"
        ),
    )
    bad = (
        Case(
            '<send-request mode="new" response-variable-name="r" timeout="5" ignore-error="true">\n'
            '<set-url>@("https://kb.example.com/search?q=" + context.Request.Headers.GetValueOrDefault("x-q", ""))</set-url>'
            "<set-method>GET</set-method></send-request>",
            at=2,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look for an escape in each URL that takes client data."""
        for flow in (subject.inbound, subject.outbound):
            for site in flow.named("set-url"):
                for expression in expressions_of(site):
                    if guards(expression, "Escape", "UrlEncode", "UrlPathEncode"):
                        continue
                    data = next(trust_of(flow).client_data(expression), None)
                    if data is not None and data.expression is expression:
                        message = f"{data.what} becomes part of the URL as it is"
                        yield self.found(
                            expression.span(), message, help="write Uri.EscapeDataString(…)", policy=site.name
                        )
