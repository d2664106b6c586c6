"""The rule AIM240."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["ConstantCondition"]


class ConstantCondition(PolicyRule):
    """A condition that is always true or always false.

    The branch is dead, or a forgotten switch.

    Write the branch without the condition, or remove it.
    """

    code, name, severity = "AIM240", "constant-condition", "warning"
    elements = ("when", "retry")
    good = (
        Case(
            '<choose><when condition="@(context.Request.Method == "GET")"><set-variable name="a" value="1" /></when></choose>'
        ),
    )
    bad = (Case('<choose><when condition="@(true)"><set-variable name="a" value="1" /></when></choose>', at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for a constant."""
        condition = site.element.attribute("condition")
        if condition is None or "{{" in condition.value:
            return
        value = condition.value.strip() if condition.code is None else condition.code.text
        if re.fullmatch(r"(?i)true|false|@\(\s*(?:true|false|1\s*==\s*1)\s*\)", value):
            message = f"the condition of '{site.name}' is constant"
            yield self.found(
                condition.value_span, message, help="remove the condition, or the branch", policy=site.name
            )
