"""The rule AIM721."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.finding import Related
from apim_ai.lint.examples import JWT
from apim_ai.lint.rule import Case, FlowRule
from apim_ai.lint.trust import AUTHENTICATION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["EffectiveAuthLost"]


class EffectiveAuthLost(FlowRule):
    """A missing `base` takes the parent's authentication away.

    One API or operation is open, and nobody sees it.

    Add `<base />` to `inbound`.
    """

    code, name, severity = "AIM721", "effective-auth-lost", "error"
    good = (
        Case(
            "<policies><inbound><base /></inbound></policies>",
            place="apis/chat/operations/ask/policies/policy",
            resources={
                "apis/chat": {"path": "chat"},
                "apis/chat/operations/ask": {"method": "POST", "urlTemplate": "/ask"},
                "apis/chat/policies/policy": {
                    "format": "rawxml",
                    "value": f"<policies><inbound><base />{JWT}</inbound></policies>",
                },
            },
        ),
    )
    bad = (
        Case(
            '<policies>\n<inbound><set-variable name="a" value="1" /></inbound></policies>',
            at=2,
            place="apis/chat/operations/ask/policies/policy",
            resources={
                "apis/chat": {"path": "chat"},
                "apis/chat/operations/ask": {"method": "POST", "urlTemplate": "/ask"},
                "apis/chat/policies/policy": {
                    "format": "rawxml",
                    "value": f"<policies><inbound><base />{JWT}</inbound></policies>",
                },
            },
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Compare the parent's flow with the own one."""
        section = subject.sections.get("inbound")
        if subject.estate is None or subject.place is None or section is None or section.find("base") is not None:
            return
        parent = subject.estate.parent_policy(subject.place)
        if parent is None or subject.inbound.named(*AUTHENTICATION):
            return
        if "fragment" in subject.inbound.unknown or any(
            site.name in ("return-response", "mock-response") and not site.is_conditional
            for site in subject.inbound.sites
        ):
            return
        document, place, scope = parent
        lost = type(subject)(document, scope, place, subject.estate).inbound.named(*AUTHENTICATION)
        if lost:
            related = (Related(lost[0].element.span, "this would be inherited"),)
            message = f"without 'base' the parent's '{lost[0].name}' does not run"
            yield self.found(section.span, message, help="add <base />", policy="inbound", related=related)
