"""The rule AIM524."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["ForwardTimeoutTooLong"]


class ForwardTimeoutTooLong(PolicyRule):
    """A time limit of more than 240 seconds.

    It may not be honoured: silent connections are dropped by then.

    Stay below 240.
    """

    code, name, severity = "AIM524", "forward-timeout-too-long", "warning"
    elements = ("forward-request",)
    good = (Case('<forward-request timeout="230" />', section="backend"),)
    bad = (Case('<forward-request timeout="600" />', section="backend", at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at a literal limit."""
        seconds, attribute = site.number("timeout"), site.element.attribute("timeout")
        if seconds is not None and attribute is not None and seconds > _LONGEST:
            message = f"{seconds:.0f} seconds may not be honoured"
            yield self.found(attribute.span, message, help=f"stay below {_LONGEST}", policy=site.name)


_LONGEST = 240
