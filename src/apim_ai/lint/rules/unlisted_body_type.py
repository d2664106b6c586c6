"""The rule AIM248."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["UnlistedBodyType"]


class UnlistedBodyType(DeclaredRule):
    """`As<T>` with a type that bodies cannot be read as.

    The service refuses the document. Allowed are string, byte[], JObject, JToken, JArray, XNode, XElement and XDocument.

    Use one of these.
    """

    code, name, severity = "AIM248", "unlisted-body-type", "error"
    good = (Case('<set-variable name="a" value="@(context.Request.Body?.As<string>(true))" />'),)
    bad = (Case('<set-variable name="a" value="@(context.Request.Body?.As<int>(true))" />', at=1),)
