"""The rule AIM106."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["InvalidLiteralType"]


class InvalidLiteralType(DeclaredRule):
    """A literal that does not parse as what the attribute is: a Boolean, a number, a date.

    It is refused when it is saved.

    Write `true`, `false` or digits as the message says.
    """

    code, name, severity = "AIM106", "invalid-literal-type", "error"
    good = (Case('<forward-request timeout="60" buffer-response="false" />', section="backend"),)
    bad = (Case('<forward-request timeout="60" buffer-response="no" />', section="backend", at=1),)
