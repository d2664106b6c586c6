"""The rule AIM705."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.lint.estate import place_of
from apim_ai.lint.rule import Case, EstateRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate

__all__ = ["FragmentUnused"]


class FragmentUnused(EstateRule):
    """A fragment that nothing includes.

    It is deployed and read for nothing.

    Remove it.
    """

    code, name, severity = "AIM705", "fragment-unused", "info"
    good = (
        Case(
            '<include-fragment fragment-id="auth" />',
            resources={
                "policyFragments/auth": {
                    "value": "<fragment><set-variable name='a' value='1' /></fragment>",
                    "format": "rawxml",
                }
            },
        ),
    )
    bad = (
        Case(
            '<set-variable name="a" value="1" />',
            resources={
                "policyFragments/auth": {
                    "value": "<fragment><set-variable name='a' value='1' /></fragment>",
                    "format": "rawxml",
                }
            },
        ),
    )

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Look for each name in every document."""
        texts = [document.source.text for _, _, document in estate.documents()]
        for name, resource in estate.fragments.items():
            if not any(re.search(rf"fragment-id\s*=\s*[\"']{re.escape(name)}[\"']", text) for text in texts):
                yield self.found(place_of(resource), f"nothing includes the fragment '{name}'", help="remove it")
