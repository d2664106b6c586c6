"""The rule AIM239."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["CultureDependent"]


class CultureDependent(ExpressionRule):
    """A date or time of the host's own zone.

    The zone of the machine is not documented.

    Use `DateTime.UtcNow` and a fixed format.
    """

    code, name, severity = "AIM239", "culture-dependent", "info"
    good = (Case('<set-variable name="t" value="@(DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ"))" />'),)
    bad = (Case('<set-variable name="t" value="@(DateTime.Now.ToString("yyyy"))" />', at=1),)

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for `Now` and `Today`."""
        tree = expression.tree
        for chain in tree.chains if tree is not None else ():
            if chain.path in ("DateTime.Now", "DateTime.Today", "System.DateTime.Now", "DateTimeOffset.Now"):
                span = expression.span(chain.node.start, chain.node.end)
                message = f"'{chain.path}' depends on the machine's zone"
                yield self.found(span, message, help="use DateTime.UtcNow", policy=expression.policy)
