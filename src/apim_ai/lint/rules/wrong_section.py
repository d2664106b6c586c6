"""The rule AIM007."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["WrongSection"]


class WrongSection(DeclaredRule):
    """A policy in a section that does not take it.

    It is refused when it is saved.

    `apim-ai explain` and the policy's page list its sections.
    """

    code, name, severity = "AIM007", "wrong-section", "error"
    good = (Case('<rewrite-uri template="/a" />'),)
    bad = (Case('<rewrite-uri template="/a" />', section="outbound", at=1),)
