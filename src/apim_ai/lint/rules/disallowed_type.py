"""The rule AIM204."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["DisallowedType"]


class DisallowedType(DeclaredRule):
    """A .NET type that policy expressions may not use.

    The service refuses the document. It takes XmlDocument and XmlReader, whatever the list says: a warning.

    Use what `context` offers, or a type of the documented list.
    """

    code, name, severity = "AIM204", "disallowed-type", "error"
    good = (Case('<set-variable name="a" value="@(context.Deployment.ServiceName)" />'),)
    bad = (
        Case('<set-variable name="a" value="@(System.Environment.MachineName)" />', at=1),
        Case('<set-variable name="a" value="@{ var d = new System.Xml.XmlDocument(); return d.InnerText; }" />', at=1),
    )
