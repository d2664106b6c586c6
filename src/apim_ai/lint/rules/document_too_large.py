"""The rule AIM024."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, DocumentRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["DocumentTooLarge"]


class DocumentTooLarge(DocumentRule):
    """A document near or above the size that the service takes: 256 KiB, 16 KiB on Consumption, 512 KB for a fragment.

    The PUT fails, late in a deployment.

    Move shared parts into fragments.
    """

    code, name, severity = "AIM024", "document-too-large", "error"
    good = (Case("<policies><inbound><base /></inbound></policies>"),)
    bad = (
        Case("<policies><inbound><base /><!-- " + "long " * 4000 + "--></inbound></policies>", gateway="consumption"),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Count the bytes of the rendered document."""
        root = subject.root
        if root is None:
            return
        size = len(subject.document.source.text.encode("utf-8", "surrogatepass"))
        limit = 512_000 if subject.is_fragment else 16_384 if subject.gateway == "consumption" else 262_144
        if size > limit * _WARN_AT:
            message = f"the document has {size} bytes of {limit} allowed"
            severity = "error" if size > limit else "warning"
            yield self.found(root.name_span, message, help="move shared parts into fragments", severity=severity)


_WARN_AT = 0.8
