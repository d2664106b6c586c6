"""The rule AIM108."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["OneOfRequired"]


class OneOfRequired(DeclaredRule):
    """None of several parts, of which one is needed, is there.

    The document is refused, or the policy does nothing.

    Add one of those in the message.
    """

    code, name, severity = "AIM108", "one-of-required", "error"
    good = (Case('<set-backend-service backend-id="orchestrator" />'),)
    bad = (Case("<set-backend-service />", at=1),)
