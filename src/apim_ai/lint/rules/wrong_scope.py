"""The rule AIM008."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["WrongScope"]


class WrongScope(DeclaredRule):
    """A policy in the document of a scope that does not take it.

    It is refused: "not allowed in the specified scope".

    Move it to a scope that its page lists.
    """

    code, name, severity = "AIM008", "wrong-scope", "error"
    good = (Case('<rate-limit calls="10" renewal-period="60" />', scope="product"),)
    bad = (Case('<rate-limit calls="10" renewal-period="60" />', scope="global", at=1),)
