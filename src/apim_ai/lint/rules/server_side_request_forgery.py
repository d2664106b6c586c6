"""The rule AIM430."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.expression.syntax.tree import Binary, Conditional, Interpolated
from apim_ai.lint.csharp import literal_text
from apim_ai.lint.rule import Case, FlowRule
from apim_ai.lint.site import expressions_of
from apim_ai.lint.trust import trust_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["ServerSideRequestForgery"]


class ServerSideRequestForgery(FlowRule):
    """The host of an outgoing call is chosen by the client.

    The gateway calls whatever it is told to, from inside the network and with its identity.

    Fix the host; let client data only into an escaped part of the query.
    """

    code, name, severity = "AIM430", "server-side-request-forgery", "error"
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
            '<set-url>@(context.Request.Headers.GetValueOrDefault("X-Callback", ""))</set-url>'
            "<set-method>GET</set-method></send-request>",
            at=2,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look at what each URL begins with."""
        for flow in (subject.inbound, subject.outbound):
            trust = trust_of(flow)
            for site in flow.named("set-url", "set-backend-service", "proxy"):
                for expression in expressions_of(site):
                    is_url = expression.attribute is None or expression.attribute.name in ("base-url", "url")
                    data = (
                        next(trust.client_data(expression), None)
                        if is_url and not _has_fixed_host(expression)
                        else None
                    )
                    if data is not None:
                        message = f"the host of this call comes from {data.what}"
                        yield self.found(expression.span(), message, help="fix the host", policy=site.name)


_ORIGIN = re.compile(r"(?:https?://[^/\"{}]+|\{\{?[A-Za-z0-9_.-]+\}\}?)[/?]")  # a named value may hold the host


def _has_fixed_host(expression: Expression) -> bool:
    """Whether the URL begins with a constant that names the host to its end, or is one of several constants."""
    tree = expression.tree
    if tree is None:
        return True
    node = tree.root
    while isinstance(node, Binary) and node.operator == "+":
        node = node.left
    if isinstance(node, Interpolated):
        return isinstance(node.parts[0], str) and _ORIGIN.match(node.parts[0]) is not None if node.parts else True
    text = literal_text(node)
    return isinstance(node, Conditional) or (text is not None and _ORIGIN.match(text) is not None)
