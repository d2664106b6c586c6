"""The rule AIM344."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.syntax.tree import Binary, Conditional, Switch
from apim_ai.lint.rule import Case, FlowRule
from apim_ai.lint.site import expressions_of
from apim_ai.lint.trust import trust_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["ModelNotAllowListed"]


class ModelNotAllowListed(FlowRule):
    """The backend is chosen by what the client writes.

    Callers reach models or hosts that they should not; unknown names give a 500.

    `choose` with one `when` for each model, otherwise return 400.
    """

    code, name, severity = "AIM344", "model-not-allow-listed", "error"
    good = (
        Case(
            '<choose><when condition="@(context.Request.Headers.GetValueOrDefault("x-model", "") == "large")"><set-backend-service backend-id="large" /></when>'
            '<otherwise><set-backend-service backend-id="small" /></otherwise></choose>'
        ),
        Case(
            '<set-backend-service backend-id="@(context.Request.Headers.GetValueOrDefault("x-model", "") == "large" ? "large" : "small")" />'
        ),
    )
    bad = (
        Case('<set-backend-service backend-id="@(context.Request.Headers.GetValueOrDefault("x-model", ""))" />', at=1),
        Case(
            '<set-variable name="model" value="@{ try { return (string)context.Request.Body.As<JObject>(preserveContent: true)["model"]; } catch { return ""; } }" />\n'
            '<set-backend-service backend-id="@((string)context.Variables["model"])" />',
            at=2,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Follow the id back to where it comes from."""
        flow = subject.inbound
        trust = trust_of(flow)
        for site in flow.named("set-backend-service"):
            for expression in expressions_of(site):
                attribute = expression.attribute
                if attribute is None or attribute.name not in ("backend-id", "base-url"):
                    continue
                data = next(
                    (
                        d
                        for d in trust.client_data(expression)
                        if not _is_listed(expression) and not _is_listed(d.expression)
                    ),
                    None,
                )
                if data is not None:
                    message = f"the backend comes from {data.what}, which the client chooses"
                    yield self.found(expression.span(), message, help="choose among known backends", policy=site.name)


def _is_listed(expression: Expression) -> bool:
    """Whether an expression compares with constants instead of passing a value on."""
    tree = expression.tree
    return (
        tree is None
        or any(
            isinstance(node, Conditional | Switch) or (isinstance(node, Binary) and node.operator == "==")
            for node in tree.nodes
        )
        or any(
            chain.path.endswith((".Contains()", ".ContainsKey()", ".Equals()", ".TryGetValue()"))
            for chain in tree.chains
        )
    )
