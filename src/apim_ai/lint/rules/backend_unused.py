"""The rule AIM707."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from apim_ai.lint.estate import place_of
from apim_ai.lint.rule import Case, EstateRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate

__all__ = ["BackendUnused"]


class BackendUnused(EstateRule):
    """A backend that nothing refers to.

    It is deployed and paid for nothing.

    Remove it.
    """

    code, name, severity = "AIM707", "backend-unused", "info"
    good = (
        Case(
            '<set-backend-service backend-id="model" />',
            resources={"backends/model": {"url": "https://a.example.com", "protocol": "http"}},
        ),
    )
    bad = (
        Case(
            '<set-variable name="a" value="1" />',
            resources={"backends/old": {"url": "https://a.example.com", "protocol": "http"}},
        ),
    )

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Look for each name in every document, pool and named value."""
        texts = [document.source.text.lower() for _, _, document in estate.documents()]
        others = (*estate.backends.values(), *estate.named_values.values())
        texts += [json.dumps(dict(resource.properties)).lower() for resource in others]
        for name, resource in estate.backends.items():
            word = name.lower()
            pattern = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
            if not any(word in text and pattern.search(text) for text in texts):
                yield self.found(place_of(resource), f"nothing refers to the backend '{name}'", help="remove it")
