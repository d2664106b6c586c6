"""The rule AIM334."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.examples import LIMIT
from apim_ai.lint.guards import STREAM_GUARDS
from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["StreamBufferingPolicy"]


class StreamBufferingPolicy(PolicyRule):
    """A policy that needs the whole response, in `outbound` of an API that can stream.

    The stream is held back until it is complete, or changed in the midst of an event.

    Apply it only where the request does not stream, or where the answer is an error.
    """

    code, name, severity = "AIM334", "stream-buffering-policy", "error"
    elements = (
        "validate-content",
        "find-and-replace",
        "set-body",
        "json-to-xml",
        "xsl-transform",
        "redirect-content-urls",
        "cache-store",
    )
    good = (
        Case(
            "<policies><inbound><base />" + LIMIT + "</inbound><backend><base /></backend><outbound><base /><choose>"
            '<when condition="@(context.Response.StatusCode >= 400)"><set-body>failed</set-body></when></choose></outbound></policies>'
        ),
    )
    bad = (
        Case(
            "<policies><inbound><base />" + LIMIT + "</inbound><backend><base /></backend>\n"
            '<outbound><base /><find-and-replace from="a" to="b" /></outbound></policies>',
            at=2,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at the section and the conditions around."""
        if (
            site.section != "outbound"
            or not subject.calls_model
            or site.is_inside("return-response", "send-request", "send-one-way-request")
        ):
            return
        conditions = [c.value for parent in site.parents if (c := parent.attribute("condition")) is not None]
        if any(word in condition.lower() for condition in conditions for word in (*STREAM_GUARDS, "statuscode")):
            return
        message = f"'{site.name}' needs the whole answer, and the API can stream"
        yield self.found(
            site.element.span, message, help="apply it only where the request does not stream", policy=site.name
        )
