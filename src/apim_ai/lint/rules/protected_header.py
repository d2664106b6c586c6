"""The rule AIM117."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["ProtectedHeader"]


class ProtectedHeader(PolicyRule):
    """A header that the gateway keeps to itself.

    `Connection`, `Content-Length`, `Keep-Alive` and `Transfer-Encoding` cannot be set or removed, `Server` not removed.

    Remove the policy.
    """

    code, name, severity = "AIM117", "protected-header", "error"
    elements = ("set-header",)
    good = (
        Case('<set-header name="Content-Type" exists-action="override"><value>application/json</value></set-header>'),
    )
    bad = (Case('<set-header name="Content-Length" exists-action="delete" />', at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Compare the header's name."""
        name = (site.literal("name") or "").lower()
        is_server = name == "server" and site.literal("exists-action") == "delete"
        if site.is_inside("send-request", "send-one-way-request"):
            return
        if is_server or name in ("connection", "content-length", "keep-alive", "transfer-encoding"):
            message = f"the gateway does not let a policy change '{site.literal('name')}'"
            yield self.found(site.element.span, message, help="remove the policy", policy=site.name)
