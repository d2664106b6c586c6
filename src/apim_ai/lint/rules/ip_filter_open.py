"""The rule AIM444."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule
from apim_ai.lint.site import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["IpFilterOpen"]


class IpFilterOpen(PolicyRule):
    """An address filter that allows every address.

    It does nothing.

    List the ranges of your networks.
    """

    code, name, severity = "AIM444", "ip-filter-open", "warning"
    elements = ("ip-filter",)
    good = (Case('<ip-filter action="allow"><address-range from="10.0.0.0" to="10.0.255.255" /></ip-filter>'),)
    bad = (Case('<ip-filter action="allow">\n<address-range from="0.0.0.0" to="255.255.255.255" /></ip-filter>', at=2),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for the range of all addresses."""
        for range_ in site.element.elements:
            if site.literal("action") == "allow" and (literal(range_, "from"), literal(range_, "to")) == _EVERYTHING:
                yield self.found(range_.span, "every address is allowed", help="list your networks", policy=site.name)


_EVERYTHING = ("0.0.0.0", "255.255.255.255")  # noqa: S104 - looked for, not bound to
