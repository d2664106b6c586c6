"""The rule AIM441."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["BasicAuthLiteral"]


class BasicAuthLiteral(PolicyRule):
    """A password stands in the document.

    Everybody who reads the repository or an export has it.

    Use a secret named value.
    """

    code, name, severity = "AIM441", "basic-auth-literal", "error"
    elements = ("authentication-basic",)
    good = (Case('<authentication-basic username="gateway" password="{{orchestrator-password}}" />'),)
    bad = (Case('<authentication-basic username="gateway" password="hunter2" />', at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at the password."""
        attribute = site.element.attribute("password")
        if attribute is not None and site.literal("password"):
            yield self.found(
                attribute.span, "the password stands in the document", help="use a secret named value", policy=site.name
            )
