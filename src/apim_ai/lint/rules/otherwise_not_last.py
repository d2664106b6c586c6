"""The rule AIM021."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["OtherwiseNotLast"]


class OtherwiseNotLast(PolicyRule):
    """An `otherwise` before a `when`, or a second one.

    It is refused when it is saved.

    Put one `otherwise` last.
    """

    code, name, severity = "AIM021", "otherwise-not-last", "error"
    instead_of = ("AIM025", "AIM009")
    elements = ("choose",)
    good = (
        Case(
            '<choose><when condition="@(context.Request.Method == "GET")"><set-variable name="a" value="1" /></when>'
            '<otherwise><set-variable name="a" value="2" /></otherwise></choose>'
        ),
    )
    bad = (
        Case(
            '<choose>\n<otherwise><set-variable name="a" value="2" /></otherwise>\n'
            '<when condition="@(context.Request.Method == "GET")"><set-variable name="a" value="1" /></when></choose>',
            at=2,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at what stands behind each `otherwise`."""
        branches = [child for child in site.element.elements if child.name in ("when", "otherwise")]
        for branch in branches[:-1]:
            if branch.name == "otherwise":
                yield self.found(branch.span, "'otherwise' is not the last branch", help="put it last", policy="choose")
