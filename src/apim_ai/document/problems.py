"""What a reader of documents found wrong, collected while it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.finding import Finding, Related

if TYPE_CHECKING:
    from apim_ai.source import Source, Span

__all__ = ["MAX_PROBLEMS", "Problems"]

MAX_PROBLEMS = 100
_NAMES = {
    "AIM001": "unreadable-document",
    "AIM110": "mixed-text-expression",
    "AIM202": "expression-unbalanced",
    "AIM233": "raw-char-in-xml",
}


class Problems:
    """Collects the findings of one document, up to `MAX_PROBLEMS`, and limits the work that broken text may cause.

    Args:
        source: the document.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.findings: list[Finding] = []
        # Each unclosed expression may cost a look at the whole rest: so many looks are enough for any sane document.
        self._fuel = 8 * len(source.text) + 100_000

    @property
    def is_exhausted(self) -> bool:
        """Whether so much is wrong that reading on serves nobody."""
        return self._fuel < 0 or len(self.findings) >= MAX_PROBLEMS

    def settle(self, known: int) -> bool:
        """Whether a second unreadable place followed the first one since `known` findings; it is then left out."""
        unreadable = [number for number in range(known, len(self.findings)) if self.findings[number].rule == "AIM001"]
        if len(unreadable) < 2:  # noqa: PLR2004 - the second one
            return False
        del self.findings[unreadable[1] :]
        return True

    def burn(self, characters: int) -> None:
        """Account for characters that were read in vain."""
        self._fuel -= characters

    def unreadable(self, start: int, end: int, message: str, *, help: str, also: tuple[Related, ...] = ()) -> None:  # noqa: A002 - its name everywhere
        """Report that the text cannot be split into tags, attributes, text and expressions (AIM001)."""
        self._add("AIM001", self.source.span(start, end), message, help, also)

    def mixed(self, start: int, end: int) -> None:
        """Report text beside an expression in one value (AIM110)."""
        self._add(
            "AIM110",
            self.source.span(start, end),
            "this text stands beside an expression, so the whole value is sent as it stands",
            'make the value one expression, such as @("text " + …)',
        )

    def unbalanced(self, start: int, end: int, what: str) -> None:
        """Report brackets or quotes of an expression that do not balance (AIM202)."""
        self._add("AIM202", self.source.span(start, end), f"the expression does not balance: {what}", "add the closer")

    def raw_character(self, at: int) -> None:
        r"""Report a raw `"`, `<` or `&` inside an expression of an `xml` document (AIM233)."""
        character = self.source.text[at]
        encoded = {'"': "&quot;", "'": "&apos;", "<": "&lt;", "&": "&amp;"}.get(character, character)
        self._add(
            "AIM233",
            self.source.span(at, at + 1),
            f"raw '{character}' inside an expression of an xml document",
            f"write {encoded}, or use the format rawxml",
        )

    def _add(self, rule: str, span: Span, message: str, help_: str, related: tuple[Related, ...] = ()) -> None:
        if len(self.findings) < MAX_PROBLEMS:
            self.findings.append(Finding(rule, _NAMES[rule], "error", message, span, help=help_, related=related))
