"""The rule AIM317."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.examples import JWT, LOOKUP, cached
from apim_ai.lint.rule import Case, FlowRule
from apim_ai.lint.site import expressions_of
from apim_ai.lint.trust import trust_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject
    from apim_ai.lint.trust import ClientData

__all__ = ["SemanticVaryBySpoofable"]


class SemanticVaryBySpoofable(FlowRule):
    """A semantic cache that is parted only by what the client says.

    The client chooses whose cache it reads.

    Vary by the subscription or a claim of the validated token. A header is believed where a claim of the caller was
    required before: a trusted front end that passes its user on.
    """

    code, name, severity = "AIM317", "semantic-vary-by-spoofable", "error"
    good = (
        Case(cached(LOOKUP)),
        Case(
            cached(
                JWT,
                LOOKUP.replace(
                    'context.Subscription?.Id ?? "none"', '((Jwt)context.Variables["jwt"])?.Subject ?? "none"'
                ),
            )
        ),
    )
    bad = (
        Case(
            LOOKUP.replace(
                'context.Subscription?.Id ?? "none"', 'context.Request.Headers.GetValueOrDefault("X-Tenant", "none")'
            ),
            at=1,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Ask for each value it varies by who controls it."""
        flow = subject.inbound
        trust = trust_of(flow)
        for lookup in flow.named("llm-semantic-cache-lookup", "azure-openai-semantic-cache-lookup"):
            children = [site for site in flow.named("vary-by") if site.parents and site.parents[-1] is lookup.element]
            values = [expression for child in children for expression in expressions_of(child)]
            sources = [list(trust.client_data(value)) for value in values]
            if any(sources) and not any(_is_ours(value, found) for value, found in zip(values, sources, strict=True)):
                value, found = next(pair for pair in zip(values, sources, strict=True) if pair[1])
                message = f"the cache is parted only by {found[0].what}, which the client chooses"
                yield self.found(
                    value.span(), message, help="vary by the subscription or a validated claim", policy=lookup.name
                )


def _is_ours(value: Expression, client_data: list[ClientData]) -> bool:
    """Whether a value tells callers apart and the client does not control it."""
    tree = value.tree
    return (
        not client_data
        and tree is not None
        and tree.reads("context.Subscription", "context.User", "context.Variables", "context.Request")
    )
