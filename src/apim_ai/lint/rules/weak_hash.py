"""The rule AIM437."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["WeakHash"]


class WeakHash(ExpressionRule):
    """MD5 or SHA-1.

    Both are broken for signatures.

    Use SHA-256. As the mere key of a cache they are no finding.
    """

    code, name, severity = "AIM437", "weak-hash", "warning"
    good = (
        Case(
            '<set-variable name="h" value="@(Convert.ToBase64String(SHA256.Create().ComputeHash(Encoding.UTF8.GetBytes(context.Request.Method))))" />'
        ),
    )
    bad = (
        Case(
            '<set-variable name="h" value="@(Convert.ToBase64String(MD5.Create().ComputeHash(Encoding.UTF8.GetBytes(context.Request.Method))))" />',
            at=1,
        ),
    )

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for the types."""
        tree, attribute = expression.tree, expression.attribute
        if attribute is not None and attribute.name == "key" and expression.policy.startswith("cache-"):
            return
        for chain in tree.chains if tree is not None else ():
            name = chain.path.split(".")[-1]
            if name in _WEAK and chain.path in (name, f"System.Security.Cryptography.{name}"):
                message = f"'{name}' is broken"
                yield self.found(
                    expression.span(chain.node.start, chain.node.end),
                    message,
                    help="use SHA256",
                    policy=expression.policy,
                )


_WEAK = frozenset({"MD5", "SHA1", "HMACMD5", "HMACSHA1", "MD5CryptoServiceProvider", "SHA1Managed"})
