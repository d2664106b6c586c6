"""The rule AIM340."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["ContentSafetyShieldOff"]


class ContentSafetyShieldOff(PolicyRule):
    """Content safety without the prompt shield.

    It is off by default: attempts to talk the model out of its rules are not checked.

    Write `shield-prompt="true"`.
    """

    code, name, severity = "AIM340", "content-safety-shield-off", "info"
    elements = ("llm-content-safety",)
    good = (Case('<llm-content-safety backend-id="safety" shield-prompt="true" />'),)
    bad = (Case('<llm-content-safety backend-id="safety" />', at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at the attribute."""
        if site.element.attribute("shield-prompt") is None or site.literal("shield-prompt") == "false":
            message = "attacks by prompt are not checked"
            yield self.found(site.element.span, message, help='write shield-prompt="true"', policy=site.name)
