"""The rule AIM430."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.hosts import host_nodes
from apim_ai.lint.rule import Case, FlowRule
from apim_ai.lint.site import expressions_of
from apim_ai.lint.trust import trust_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
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
        Case(
            '<set-variable name="u" value="@(string.Format("https://kb.example.com/{0}", context.Request.Headers.GetValueOrDefault("x-q", "")))" />'
            '<send-request mode="new" response-variable-name="r" timeout="5" ignore-error="true">'
            '<set-url>@{ return (string)context.Variables["u"] + "?v=1"; }</set-url>'
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
        Case(
            '<set-variable name="h" value="@(context.Request.Headers.GetValueOrDefault("X-Region", ""))" />\n'
            '<set-backend-service base-url="@($"https://{(string)context.Variables["h"]}.example.com/api")" />',
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
                    data = next(trust.client_data(expression, host_nodes), None) if is_url else None
                    if data is not None:
                        message = f"the host of this call comes from {data.what}"
                        yield self.found(expression.span(), message, help="fix the host", policy=site.name)
