"""The rule AIM210."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["MissingReturn"]


class MissingReturn(DeclaredRule):
    """A path through `@{ }` that ends without `return` or `throw`.

    The service refuses it: not all code paths return a value.

    Return something at the end.
    """

    code, name, severity = "AIM210", "missing-return", "error"
    good = (
        Case('<set-variable name="a" value="@{ if (context.Request.Method == "GET") { return "a"; } return "b"; }" />'),
    )
    bad = (Case('<set-variable name="a" value="@{ if (context.Request.Method == "GET") { return "a"; } }" />', at=1),)
