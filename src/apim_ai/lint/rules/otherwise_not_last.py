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
        Case(
            '<choose><when condition="@(context.Request.Method == "GET")"><set-variable name="a" value="1" /></when>'
            '<otherwise><set-variable name="a" value="2" /></otherwise>\n<otherwise><set-variable name="a" value="3" /></otherwise></choose>',
            at=2,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at what stands behind the first `otherwise`."""
        branches = [child for child in site.element.elements if child.name in ("when", "otherwise")]
        names = [branch.name for branch in branches]
        first = names.index("otherwise") if "otherwise" in names else len(names)
        if "when" in names[first:]:
            message = "'otherwise' is not the last branch"
            yield self.found(branches[first].span, message, help="put it last", policy="choose")
        for branch in branches[first + 1 :]:
            if branch.name == "otherwise":
                message = "a second 'otherwise' is never reached"
                yield self.found(branch.span, message, help="leave one, as the last branch", policy="choose")
