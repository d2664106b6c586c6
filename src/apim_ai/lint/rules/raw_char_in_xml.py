"""The rule AIM233."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["RawCharInXml"]


class RawCharInXml(DeclaredRule):
    """A raw quote, `<` or `&` inside an expression of an `xml` document.

    The service says "An error occurred while parsing EntityName".

    Encode it, or use the format `rawxml`.
    """

    code, name, severity = "AIM233", "raw-char-in-xml", "error"
    good = (Case('<set-variable name="a" value="@(context.Request.Method == &quot;GET&quot;)" />', format="xml"),)
    bad = (Case('<set-variable name="a" value="@(context.Request.Method == "GET")" />', format="xml", at=1),)
