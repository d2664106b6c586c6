"""The rule AIM416."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.examples import JWT
from apim_ai.lint.rule import Case, FlowRule
from apim_ai.lint.site import expressions_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["JwtParsedNotValidated"]


class JwtParsedNotValidated(FlowRule):
    """A decision rests on a token that nobody has validated.

    `AsJwt()` checks nothing: everybody can write such a token.

    Run `validate-jwt` first, and read its `output-token-variable-name`.
    """

    code, name, severity = "AIM416", "jwt-parsed-not-validated", "error"
    good = (
        Case(
            JWT
            + '<choose><when condition="@(context.Request.Headers.GetValueOrDefault("Authorization", "").AsJwt()?.Subject == "a")"><set-variable name="a" value="1" /></when></choose>',
            resources={"apis/chat": {"path": "chat", "subscriptionRequired": True}},
        ),
    )
    bad = (
        Case(
            '<choose><when condition="@(context.Request.Headers.GetValueOrDefault("Authorization", "").AsJwt()?.Subject == "a")"><set-variable name="a" value="1" /></when></choose>',
            resources={"apis/chat": {"path": "chat", "subscriptionRequired": True}},
            at=1,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look at conditions, where all that runs before is known."""
        flow = subject.inbound
        if not flow.is_complete:
            return
        for site in flow.named("when"):
            for expression in expressions_of(site):
                tree = expression.tree
                if tree is None or flow.named_before(site, "validate-jwt", "validate-azure-ad-token"):
                    continue
                chain = next((c for c in tree.chains if c.path.endswith((".AsJwt()", ".TryParseJwt()"))), None)
                if chain is not None and chain.path.startswith("context.Request.Headers"):
                    span = expression.span(chain.node.start, chain.node.end)
                    message = "nobody has validated this token"
                    yield self.found(span, message, help="run validate-jwt first", policy=site.name)
