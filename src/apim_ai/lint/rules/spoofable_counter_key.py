"""The rule AIM401."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.finding import Related
from apim_ai.lint.examples import JWT
from apim_ai.lint.rule import Case, FlowRule
from apim_ai.lint.site import expressions_of
from apim_ai.lint.trust import trust_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["SpoofableCounterKey"]


class SpoofableCounterKey(FlowRule):
    """A limit's counter key comes from what the client chooses.

    Whoever may pick the key may pick a fresh one for each request and is never limited, or a victim's and uses theirs up.

    Count by subscription, by a claim of a validated token, or by IP address. A header is believed where a claim of the
    caller was required before: a trusted front end that passes its user on.
    """

    code, name, severity = "AIM401", "spoofable-counter-key", "error"
    good = (
        Case(
            '<llm-token-limit counter-key="@(context.Subscription?.Id ?? "none")" tokens-per-minute="1000" estimate-prompt-tokens="true" />'
        ),
        Case(
            JWT
            + '<rate-limit-by-key calls="10" renewal-period="60" counter-key="@(((Jwt)context.Variables["jwt"])?.Subject ?? "none")" />'
        ),
        Case(
            JWT
            + """<choose><when condition="@(((Jwt)context.Variables["jwt"])?.Claims.GetValueOrDefault("azp", "") == "{{bot-app-id}}")">
            <rate-limit-by-key calls="10" renewal-period="60" counter-key="@(context.Request.Headers.GetValueOrDefault("x-end-user", "none"))" />
            </when></choose>"""
        ),
    )
    bad = (
        Case(
            """<azure-openai-token-limit tokens-per-minute="1000" estimate-prompt-tokens="true"
         counter-key='@(context.Request.Headers.GetValueOrDefault("x-team",""))' />""",
            at=2,
        ),
        Case(
            '<set-variable name="team" value="@(context.Request.Headers.GetValueOrDefault("x-team", "none"))" />\n'
            '<rate-limit-by-key calls="10" renewal-period="60" counter-key="@((string)context.Variables["team"])" />',
            at=2,
        ),
        Case(
            '<quota-by-key calls="1000" renewal-period="3600" counter-key="@(context.Request.Url.Query.GetValueOrDefault("team", "none"))" />',
            at=1,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Ask for each key who controls it."""
        flow = subject.inbound
        trust = trust_of(flow)
        for site in flow.named("llm-token-limit", "azure-openai-token-limit", "rate-limit-by-key", "quota-by-key"):
            for expression in expressions_of(site):
                if expression.attribute is None or expression.attribute.name != "counter-key":
                    continue
                data = next(trust.client_data(expression), None)
                if data is not None:
                    where = data.expression.span(data.chain.node.start, data.chain.node.end)
                    related = () if data.expression is expression else (Related(where, "it is read here"),)
                    message = f"the counter key comes from {data.what}, which the client chooses"
                    help_ = "count by subscription, by a claim of a validated token, or by IP address"
                    yield self.found(expression.span(), message, help=help_, policy=site.name, related=related)
