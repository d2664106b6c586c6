"""The rule AIM418."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.csharp import tree_of
from apim_ai.lint.examples import JWT
from apim_ai.lint.rule import Case, PolicyRule
from apim_ai.lint.trust import AUTHENTICATION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["AuthBypassBranch"]


class AuthBypassBranch(PolicyRule):
    """Authentication depends on something that the client chooses.

    Without the header in question, the call goes on unchecked.

    Refuse in `otherwise`: `<return-response><set-status code="401" reason="Unauthorized" /></return-response>`.
    """

    code, name, severity = "AIM418", "auth-bypass-branch", "error"
    elements = ("choose",)
    good = (
        Case(
            '<choose><when condition="@(context.Request.Headers.ContainsKey("Authorization"))">' + JWT + "</when>"
            '<otherwise><return-response><set-status code="401" reason="Unauthorized" /></return-response></otherwise></choose>'
        ),
    )
    bad = (
        Case(
            '<choose>\n<when condition="@(context.Request.Headers.ContainsKey("Authorization"))">'
            + JWT
            + "</when></choose>",
            at=2,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for a branch around the authentication without an answer for the rest."""
        branches = site.element.elements
        if any(branch.name == "otherwise" and branch.elements for branch in branches):
            return
        if any(not other.is_conditional for other in subject.named(*AUTHENTICATION)):
            return
        for branch in branches:
            condition = branch.attribute("condition")
            tree = tree_of(condition.value.strip()) if condition is not None else None
            is_clients = tree is not None and tree.reads(
                "context.Request.Headers", "context.Request.Url.Query", "context.Request.OriginalUrl.Query"
            )
            token = next((child for child in branch.elements if child.name in AUTHENTICATION), None)
            if condition is not None and is_clients and token is not None:
                message = f"without this condition nothing stands in for '{token.name}'"
                help_ = "refuse in <otherwise> with return-response 401"
                yield self.found(condition.value_span, message, help=help_, policy=token.name)
