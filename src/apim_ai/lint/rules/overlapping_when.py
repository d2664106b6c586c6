"""The rule AIM022."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.document.csharp import normalise_code
from apim_ai.finding import Related
from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.document import Attribute
    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["OverlappingWhen"]


class OverlappingWhen(PolicyRule):
    """A `when` that can never be reached, since an earlier one covers it.

    The first branch that holds is taken; the usual cause is `>= 400` before `== 429`.

    Put the narrower condition first.
    """

    code, name, severity = "AIM022", "overlapping-when", "warning"
    elements = ("choose",)
    good = (
        Case(
            '<choose><when condition="@(context.Response.StatusCode == 429)"><set-variable name="a" value="1" /></when>'
            '<when condition="@(context.Response.StatusCode >= 400)"><set-variable name="a" value="2" /></when></choose>',
            section="outbound",
        ),
    )
    bad = (
        Case(
            '<choose><when condition="@(context.Response.StatusCode >= 400)"><set-variable name="a" value="2" /></when>\n'
            '<when condition="@(context.Response.StatusCode == 429)"><set-variable name="a" value="1" /></when></choose>',
            section="outbound",
            at=2,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Compare each condition with those before it."""
        earlier: list[Attribute] = []
        for branch in site.element.elements:
            condition = branch.attribute("condition") if branch.name == "when" else None
            if condition is None:
                continue
            cover = next((each for each in earlier if _covers(each.value, condition.value)), None)
            if cover is not None:
                related = (Related(cover.value_span, "this condition is tried first"),)
                message = "this branch is never taken: an earlier condition covers it"
                yield self.found(
                    condition.value_span, message, help="put the narrower one first", policy="when", related=related
                )
            earlier.append(condition)


_COMPARISON = re.compile(r"@\(([\w.]+)(==|>=|>)(-?\d+)\)")


def _covers(first: str, second: str) -> bool:
    one, other = normalise_code(first.strip()), normalise_code(second.strip())
    if one == other:
        return True
    a, b = _COMPARISON.fullmatch(one), _COMPARISON.fullmatch(other)
    if a is None or b is None or a.group(1) != b.group(1) or a.group(2) == "==":
        return False
    least = int(a.group(3)) + (a.group(2) == ">")
    return int(b.group(3)) + (b.group(2) == ">") >= least
