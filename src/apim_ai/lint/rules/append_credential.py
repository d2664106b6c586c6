"""The rule AIM114."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["AppendCredential"]


class AppendCredential(PolicyRule):
    """A credential is appended to the header that the client sent.

    The client's value stays in front of ours, and the backend may take that one.

    Write `exists-action="override"`.
    """

    code, name, severity = "AIM114", "append-credential", "warning"
    elements = ("set-header",)
    good = (
        Case(
            '<set-header name="x-functions-key" exists-action="override"><value>{{functions-key}}</value></set-header>'
        ),
    )
    bad = (
        Case(
            '<set-header name="Authorization" exists-action="append"><value>{{backend-authorization}}</value></set-header>',
            at=1,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Compare the header's name with those that hold one value."""
        name = (site.literal("name") or "").lower()
        if site.literal("exists-action") == "append" and name in _SINGLE:
            message = f"'{name}' is appended to what the client sent"
            yield self.found(site.element.span, message, help='write exists-action="override"', policy=site.name)


_SINGLE = frozenset(
    {"authorization", "api-key", "ocp-apim-subscription-key", "content-type", "host", "x-functions-key", "x-api-key"}
)
