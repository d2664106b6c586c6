"""The rule AIM207."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["UnknownIdentifier"]


class UnknownIdentifier(DeclaredRule):
    """A name that is neither `context`, a local, a parameter nor a type.

    The service refuses the document. Often a placeholder of a template was left, or `Context` was meant.

    Declare it, or write `context`.
    """

    code, name, severity = "AIM207", "unknown-identifier", "error"
    good = (Case('<set-variable name="a" value="@(3 + 1)" />'),)
    bad = (Case('<set-variable name="a" value="@(RETRY_COUNT + 1)" />', at=1),)
