"""The rule AIM118."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["InvalidHeaderName"]


class InvalidHeaderName(PolicyRule):
    """A header's name with characters that no header may have.

    The policy fails when it runs, or the header is dropped.

    Use letters, digits and hyphens.
    """

    code, name, severity = "AIM118", "invalid-header-name", "error"
    instead_of = ("AIM106",)
    elements = ("set-header", "check-header")
    good = (Case('<set-header name="X-User" exists-action="delete" />'),)
    bad = (Case('<set-header name="X User:" exists-action="delete" />', at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Match the name against RFC 9110, section 5.6.2."""
        name, attribute = site.literal("name"), site.element.attribute("name")
        if name and attribute is not None and not _TOKEN.fullmatch(name):
            message = f"'{name}' is no header name"
            yield self.found(attribute.span, message, help="use letters, digits and hyphens", policy=site.name)


_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
