"""The rule AIM104."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["InvalidEnum"]


class InvalidEnum(DeclaredRule):
    """A literal that is none of the allowed words.

    It is refused when it is saved; words compare exactly.

    Use one of the words in the message.
    """

    code, name, severity = "AIM104", "invalid-enum", "error"
    good = (Case('<trace source="a" severity="information"><message>x</message></trace>'),)
    bad = (Case('<trace source="a" severity="Info"><message>x</message></trace>', at=1),)
