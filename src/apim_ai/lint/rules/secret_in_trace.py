"""The rule AIM432."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.document import named_value_spans
from apim_ai.lint.rule import Case, ExpressionRule
from apim_ai.lint.secrets import sounds_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.csharp import Chain
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["SecretInTrace"]


class SecretInTrace(ExpressionRule):
    """A credential is written to a log, a metric or an answer.

    It can be read by all who read those.

    Write an id instead: `context.Subscription?.Id`.
    """

    code, name, severity = "AIM432", "secret-in-trace", "error"
    good = (
        Case(
            '<trace source="a" severity="information"><message>@(context.Subscription?.Id ?? "none")</message></trace>'
        ),
    )
    bad = (
        Case(
            '<trace source="a" severity="information">\n<message>@(context.Subscription?.Key)</message></trace>', at=2
        ),
        Case(
            '<trace source="a" severity="information">\n<message>@(context.Request.Headers.GetValueOrDefault("Authorization", ""))</message></trace>',
            at=2,
        ),
        Case('<log-to-eventhub logger-id="events">@("key: {{aoai-key}}")</log-to-eventhub>', at=1),
    )

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for credentials in what leaves the gateway for people."""
        site, tree = expression.site, expression.tree
        is_written = site.name in _SINKS or site.is_inside(*_SINKS)
        is_answer = (
            site.section in ("outbound", "on-error") and site.is_inside("set-header") and not site.is_inside(*_CALLS)
        )
        if tree is None or not (is_written or is_answer):
            return
        for chain in tree.chains:
            what = _credential(chain)
            if what is not None and not _is_transformed(expression, chain):
                span = expression.span(chain.node.start, chain.node.end)
                yield self.found(
                    span, f"{what} is written where others read it", help="write an id instead", policy=site.name
                )
        for name, start, end in named_value_spans(expression.code.text):
            if sounds_secret(name):
                message = f"the named value '{name}' is written where others read it"
                yield self.found(expression.span(start, end), message, help="leave it out", policy=site.name)


_SINKS = (
    "trace",
    "log-to-eventhub",
    "emit-metric",
    "return-response",
    "llm-emit-token-metric",
    "azure-openai-emit-token-metric",
)
_CALLS = ("send-request", "send-one-way-request")
_KEYS = ("context.Subscription.Key", "context.Subscription.PrimaryKey", "context.Subscription.SecondaryKey")
_HEADERS = frozenset({"authorization", "api-key", "ocp-apim-subscription-key", "cookie", "x-functions-key"})


def _credential(chain: Chain) -> str | None:
    if chain.path in _KEYS:
        return "a subscription key"
    if chain.path in ("context.Request.Headers.GetValueOrDefault()", "context.Request.Headers[]"):
        header = chain.argument_text()
        if header is not None and header.lower() in _HEADERS:
            return f"the header '{header}'"
    return None


def _is_transformed(expression: Expression, chain: Chain) -> bool:
    """Whether only something derived from the credential is written: a claim, a length, a hash, a test."""
    text = expression.code.text
    behind = text[chain.node.end : chain.node.end + 40]
    if any(word in behind for word in (".AsJwt()", ".Length", ".AsBasic()", ".StartsWith(")):
        return True
    return any(word in text for word in ("SHA256", "SHA512", "HMAC", "IsNullOrEmpty", "IsNullOrWhiteSpace"))
