"""The rule AIM742."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["ResidencyUnexplained"]


class ResidencyUnexplained(DeclaredRule):
    """A backend stands in another region than the service, and nobody says why.

    Prompts leave the region that was promised.

    Say why in the backend's residency note.
    """

    code, name, severity = "AIM742", "residency-unexplained", "warning"
    good = (
        Case(
            """\
backends:
  payg: {url: "https://payg.example.test", region: swedencentral, residency_note: inside the EU data boundary}""",
            is_project=True,
        ),
    )
    bad = (
        Case(
            """\
backends:
  payg: {url: "https://payg.example.test", region: swedencentral}""",
            at=2,
            is_project=True,
        ),
    )
