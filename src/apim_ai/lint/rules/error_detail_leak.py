"""The rule AIM434."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.syntax.tree import Binary
from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.csharp import Chain, Tree
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["ErrorDetailLeak"]


class ErrorDetailLeak(ExpressionRule):
    """The text of an error is sent to the client.

    It shows policies, variables and hosts of backends.

    Answer with fixed words and the correlation id; put the details into a trace.
    """

    code, name, severity = "AIM434", "error-detail-leak", "error"
    good = (
        Case(
            '<set-header name="x-error" exists-action="override"><value>@(context.RequestId.ToString("N"))</value></set-header>',
            section="on-error",
        ),
        Case(
            '<trace source="a" severity="error"><message>@(context.LastError.Message)</message></trace>',
            section="on-error",
        ),
    )
    bad = (
        Case(
            '<set-header name="ErrorMessage" exists-action="override">\n<value>@(context.LastError.Message)</value></set-header>',
            section="on-error",
            at=2,
        ),
        Case(
            '<return-response><set-status code="500" reason="Error" />\n<set-body>@(context.LastError.Message)</set-body></return-response>',
            section="on-error",
            at=2,
        ),
    )

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for details of the last error in headers and bodies."""
        site, tree = expression.site, expression.tree
        is_answer = site.name in ("set-body", "set-header") or site.is_inside(
            "set-header", "return-response", "set-body"
        )
        if (
            tree is None
            or not is_answer
            or site.is_inside("send-request", "send-one-way-request", "trace", "log-to-eventhub")
        ):
            return
        for chain in tree.chains:
            if chain.path in ("context.LastError.Message", "context.LastError.Path") and not _is_compared(tree, chain):
                message = f"'{chain.path}' shows the client what is inside"
                help_ = "answer with fixed words and the correlation id"
                yield self.found(
                    expression.span(chain.node.start, chain.node.end), message, help=help_, policy=site.name
                )


def _is_compared(tree: Tree, chain: Chain) -> bool:
    """Whether the text is only compared, or searched for a word."""
    node = chain.node
    for other in tree.nodes:
        if isinstance(other, Binary) and other.operator in ("==", "!=") and node in (other.left, other.right):
            return True
    longer = [c.path for c in tree.chains if c.path.startswith(chain.path + ".")]
    return any(path.endswith((".Contains()", ".StartsWith()", ".EndsWith()", ".IndexOf()")) for path in longer)
