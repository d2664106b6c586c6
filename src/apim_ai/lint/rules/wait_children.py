"""The rule AIM028."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["WaitChildren"]


class WaitChildren(DeclaredRule):
    """A child that its parent cannot hold, such as a `set-variable` in `wait`.

    `wait` runs its children in parallel; only calls and cache look-ups may stand in it.

    Put ordered work behind the `wait`.
    """

    code, name, severity = "AIM028", "wait-children", "error"
    good = (Case('<wait for="all"><cache-lookup-value key="a" variable-name="a" /></wait>'),)
    bad = (Case('<wait for="all">\n<set-variable name="a" value="1" /></wait>', at=2),)
