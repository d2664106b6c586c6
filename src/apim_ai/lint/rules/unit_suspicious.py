"""The rule AIM116."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["UnitSuspicious"]


class UnitSuspicious(PolicyRule):
    """Seconds that look like milliseconds.

    A time limit of 30,000 seconds never fires.

    Divide by 1,000.
    """

    code, name, severity = "AIM116", "unit-suspicious", "warning"
    elements = ("forward-request", "send-request", "send-one-way-request", "retry")
    good = (Case('<forward-request timeout="30" />', section="backend"),)
    bad = (Case('<forward-request timeout="30000" />', section="backend", at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at the attributes that are seconds."""
        for name in ("timeout", "interval", "max-interval", "delta"):
            seconds = site.number(name)
            attribute = site.element.attribute(name)
            if attribute is not None and seconds is not None and seconds >= _LEAST and seconds % 1000 == 0:
                message = f"'{name}' is in seconds: {attribute.value} are {seconds / 3600:.1f} hours"
                yield self.found(attribute.span, message, help=f'write {name}="{seconds / 1000:.0f}"', policy=site.name)


_LEAST = 10_000
