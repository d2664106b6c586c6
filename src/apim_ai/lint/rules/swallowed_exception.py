"""The rule AIM247."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.syntax.tree import Catch, Literal, Return
from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["SwallowedException"]


class SwallowedException(ExpressionRule):
    """A `catch` that answers true, or nothing at all.

    A check that fails becomes a check that passes.

    Answer false, or a value that is refused.
    """

    code, name, severity = "AIM247", "swallowed-exception", "warning"
    good = (
        Case(
            '<set-variable name="a" value="@{ try { return bool.Parse(context.Request.Method); } catch { return false; } }" />'
        ),
    )
    bad = (
        Case(
            '<set-variable name="a" value="@{ try { return bool.Parse(context.Request.Method); } catch { return true; } }" />',
            at=1,
        ),
    )

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look into every catch."""
        tree = expression.tree
        for node in tree.nodes if tree is not None else ():
            if isinstance(node, Catch) and _is_permissive(node):
                message = (
                    "this catch lets a failed check pass" if node.body.statements else "this catch hides the failure"
                )
                yield self.found(
                    expression.span(node.start, node.end), message, help="return false", policy=expression.policy
                )


def _is_permissive(node: Catch) -> bool:
    if not node.body.statements:
        return True
    last = node.body.statements[-1]
    return isinstance(last, Return) and isinstance(last.value, Literal) and last.value.value is True
