"""The rule AIM112."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["HeaderWithoutValue"]


class HeaderWithoutValue(PolicyRule):
    """A header or query parameter that is set without a `value` element.

    The service says "cannot contain text … expected: 'value'" when it is saved.

    Put the text into `<value>`, or write `exists-action="delete"`.
    """

    code, name, severity = "AIM112", "header-without-value", "error"
    instead_of = ("AIM006", "AIM029", "AIM108")
    elements = ("set-header", "set-query-parameter")
    good = (
        Case('<set-header name="a" exists-action="override"><value>x</value></set-header>'),
        Case('<set-header name="a" exists-action="delete" />'),
    )
    bad = (
        Case('<set-header name="a" exists-action="override">x</set-header>', at=1),
        Case('<set-header name="a" exists-action="override" />'),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for the value."""
        element = site.element
        action = element.attribute("exists-action")
        is_open = action is not None and (action.code is not None or "{{" in action.value)
        if is_open or site.literal("exists-action") == "delete" or element.find("value") is not None:
            return
        message = f"'{element.name}' sets nothing: it has no 'value'"
        yield self.found(element.span, message, help="write <value>…</value> inside", policy=element.name)
