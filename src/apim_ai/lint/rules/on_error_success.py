"""The rule AIM531."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["OnErrorSuccess"]


class OnErrorSuccess(PolicyRule):
    """An error is answered with success.

    Circuit breakers, retries, objectives and clients are fooled.

    Answer with 4xx or 5xx.
    """

    code, name, severity = "AIM531", "on-error-success", "error"
    elements = ("set-status", "return-response")
    good = (
        Case('<return-response><set-status code="502" reason="Bad Gateway" /></return-response>', section="on-error"),
    )
    bad = (
        Case('<return-response>\n<set-status code="200" reason="OK" /></return-response>', section="on-error", at=2),
        Case("<return-response><set-body>failed</set-body></return-response>", section="on-error", at=1),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at statuses in `on-error`."""
        if site.section != "on-error":
            return
        code = site.number("code")
        is_bare = site.name == "return-response" and site.element.find("set-status") is None
        if is_bare and site.element.attribute("response-variable-name") is not None:
            return
        if is_bare or (code is not None and 200 <= code < 300):  # noqa: PLR2004 - HTTP's own numbers
            message = "an error is answered with success" if not is_bare else "an answer without a status is a 200"
            yield self.found(site.element.span, message, help="answer with 4xx or 5xx", policy=site.name)
