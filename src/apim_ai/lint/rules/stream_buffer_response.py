"""The rule AIM333."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.examples import LIMIT
from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["StreamBufferResponse"]


class StreamBufferResponse(PolicyRule):
    """The call to a model that streams is buffered.

    Pieces are collected up to 8 KB before they are sent on.

    Write `buffer-response="false"`.
    """

    code, name, severity = "AIM333", "stream-buffer-response", "warning"
    elements = ("forward-request",)
    good = (
        Case(
            "<policies><inbound><base />"
            + LIMIT
            + '</inbound><backend><forward-request timeout="120" buffer-response="false" /></backend></policies>'
        ),
    )
    bad = (
        Case(
            "<policies><inbound><base />"
            + LIMIT
            + '</inbound>\n<backend><forward-request timeout="120" /></backend></policies>',
            at=2,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at the attribute."""
        if subject.calls_model and site.literal("buffer-response") != "false":
            message = "answers of the model are buffered instead of streamed"
            yield self.found(site.element.span, message, help='write buffer-response="false"', policy=site.name)
