"""The rule AIM230."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.syntax.tree import Call, SafeAccess
from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["NullToAttribute"]


class NullToAttribute(ExpressionRule):
    """A key or id that can be null.

    All nulls share one counter or one cache entry, or the call fails.

    Give a default: `GetValueOrDefault("X-Team", "none")`, `… ?? "none"`.
    """

    code, name, severity = "AIM230", "null-to-attribute", "warning"
    good = (
        Case(
            '<rate-limit-by-key calls="10" renewal-period="60" counter-key="@(context.Subscription?.Id ?? "none")" />'
        ),
    )
    bad = (
        Case('<rate-limit-by-key calls="10" renewal-period="60" counter-key="@(context.Subscription?.Id)" />', at=1),
    )

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look at the attributes that are keys."""
        tree, attribute = expression.tree, expression.attribute
        if (
            tree is None
            or attribute is None
            or attribute.name not in ("counter-key", "key", "backend-id", "partition-key")
        ):
            return
        root = tree.root
        is_bare_read = (
            isinstance(root, Call)
            and len(root.arguments) == 1
            and any(
                c.node is root and c.path.endswith((".Headers.GetValueOrDefault()", ".Query.GetValueOrDefault()"))
                for c in tree.chains
            )
        )
        if isinstance(root, SafeAccess) or is_bare_read:
            message = f"'{attribute.name}' may be null here, and all nulls are one"
            yield self.found(
                expression.span(), message, help='add a default, such as ?? "none"', policy=expression.policy
            )
