"""The rule AIM111."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["LooksLikeExpression"]


class LooksLikeExpression(PolicyRule):
    """A value that reads like C#, without `@( )` around it.

    It is sent as it stands; a literal in `set-variable` is a string.

    Put it into `@( )`.
    """

    code, name, severity = "AIM111", "looks-like-expression", "warning"
    elements = (
        "set-variable",
        "value",
        "set-url",
        "message",
        "dimension",
        "metadata",
        "vary-by",
        "set-backend-service",
        "when",
        "retry",
    )
    good = (Case('<set-variable name="ip" value="@(context.Request.IpAddress)" />'),)
    bad = (
        Case('<set-variable name="ip" value="context.Request.IpAddress" />', at=1),
        Case(
            '<set-header name="x-ip" exists-action="override">\n<value>context.Request.IpAddress</value></set-header>',
            at=2,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at the literal values of the element."""
        pieces = [*site.element.attributes, *site.element.texts]
        for piece in pieces:
            if piece.code is None and _MEMBER.match(piece.value):
                message = "this reads like C# but is literal text"
                yield self.found(piece.span, message, help=f"write @({piece.value.strip()[:60]})", policy=site.name)


_MEMBER = re.compile(
    r"\s*context\.(?:Request|Response|Variables|Subscription|User|Api|Product|Operation|Deployment|LastError)\b"
)
