"""The rule AIM425."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["CorsInvalidOrigin"]


class CorsInvalidOrigin(PolicyRule):
    """An origin that is none.

    The service says "Origin must be a valid URL consisting of scheme, host, and port only".

    Write scheme, host and port, without a path, quotes or a star in the host.
    """

    code, name, severity = "AIM425", "cors-invalid-origin", "error"
    elements = ("origin",)
    good = (Case("<cors><allowed-origins><origin>https://app.example.com:8443</origin></allowed-origins></cors>"),)
    bad = (
        Case("<cors><allowed-origins>\n<origin>https://*.example.com</origin></allowed-origins></cors>", at=2),
        Case("<cors><allowed-origins>\n<origin>app.example.com</origin></allowed-origins></cors>", at=2),
        Case("<cors><allowed-origins>\n<origin>https://app.example.com/chat</origin></allowed-origins></cors>", at=2),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Match a literal origin."""
        text = site.element.texts[0] if len(site.element.texts) == 1 else None
        if text is None or text.code is not None or "{{" in text.value or not site.is_inside("cors"):
            return
        origin = text.value.strip()
        if origin not in ("*", "null") and not _ORIGIN.fullmatch(origin):
            message = f"'{origin}' is no origin"
            yield self.found(text.span, message, help="write scheme, host and port only", policy="cors")


_ORIGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[A-Za-z0-9_.-]+|\[[0-9a-fA-F:]+\])(?::\d{1,5})?/?")
