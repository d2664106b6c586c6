"""The rule AIM741."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["PreviewInProduction"]


class PreviewInProduction(DeclaredRule):
    """A backend in preview is used in a production environment.

    Previews change and end without notice, and nobody answers for them.

    Use a backend that is generally available, or waive it with a reason.
    """

    code, name, severity = "AIM741", "preview-in-production", "error"
    good = (
        Case(
            """\
backends:
  next: {url: "https://next.example.test", region: westeurope}""",
            is_project=True,
        ),
    )
    bad = (
        Case(
            """\
backends:
  next: {url: "https://next.example.test", region: westeurope, preview: true}""",
            at=2,
            is_project=True,
        ),
    )
