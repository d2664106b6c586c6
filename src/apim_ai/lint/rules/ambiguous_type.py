"""The rule AIM237."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["AmbiguousType"]


class AmbiguousType(DeclaredRule):
    """A type's name that two namespaces have.

    `Formatting` is one of Newtonsoft.Json and one of System.Xml: the service refuses it.

    Write it with its namespace.
    """

    code, name, severity = "AIM237", "ambiguous-type", "error"
    good = (Case('<set-variable name="a" value="@(new JObject().ToString(Newtonsoft.Json.Formatting.None))" />'),)
    bad = (Case('<set-variable name="a" value="@(new JObject().ToString(Formatting.None))" />', at=1),)
