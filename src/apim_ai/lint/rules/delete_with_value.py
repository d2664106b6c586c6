"""The rule AIM113."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["DeleteWithValue"]


class DeleteWithValue(PolicyRule):
    """A value beside `exists-action="delete"`.

    It is ignored.

    Remove the value, or choose another action.
    """

    code, name, severity = "AIM113", "delete-with-value", "info"
    elements = ("set-header", "set-query-parameter")
    good = (Case('<set-header name="api-key" exists-action="delete" />'),)
    bad = (Case('<set-header name="api-key" exists-action="delete">\n<value>x</value></set-header>', at=2),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for a value that nobody reads."""
        value = site.element.find("value")
        if value is not None and site.literal("exists-action") == "delete":
            yield self.found(
                value.span, "the value is ignored where the header is deleted", help="remove it", policy=site.name
            )
