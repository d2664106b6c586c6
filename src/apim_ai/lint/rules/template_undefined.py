"""The rule AIM801."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["TemplateUndefined"]


class TemplateUndefined(DeclaredRule):
    """A variable of a template that has no value.

    The attribute would be empty in production.

    Define it, or give it a default.
    """

    code, name, severity = "AIM801", "template-undefined", "error"
    good = (Case('<set-variable name="a" value="1" />'),)
    bad = ()
