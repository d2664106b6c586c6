"""The rule AIM020."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["ChooseWithoutWhen"]


class ChooseWithoutWhen(PolicyRule):
    """A `choose` without any `when`.

    It is refused when it is saved.

    Add a `when`, or use what stands in `otherwise` without the `choose`.
    """

    code, name, severity = "AIM020", "choose-without-when", "error"
    instead_of = ("AIM029",)
    elements = ("choose",)
    good = (
        Case(
            '<choose><when condition="@(context.Request.Method == "GET")"><set-variable name="a" value="1" /></when></choose>'
        ),
    )
    bad = (Case('<choose><otherwise><set-variable name="a" value="1" /></otherwise></choose>', at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for a branch."""
        if site.element.find("when") is None:
            yield self.found(site.element.span, "'choose' has no 'when'", help="add a when", policy="choose")
