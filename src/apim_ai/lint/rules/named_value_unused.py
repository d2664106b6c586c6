"""The rule AIM702."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from apim_ai.lint.estate import POLICY_SCOPES, place_of
from apim_ai.lint.rule import Case, EstateRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate

__all__ = ["NamedValueUnused"]


class NamedValueUnused(EstateRule):
    """A named value that nothing uses.

    Old secrets stay around.

    Remove it.
    """

    code, name, severity = "AIM702", "named-value-unused", "info"
    good = (
        Case(
            '<set-variable name="a" value="{{used}}" />',
            resources={"namedValues/used": {"displayName": "used", "value": "x"}},
        ),
    )
    bad = (
        Case(
            '<set-variable name="a" value="1" />', resources={"namedValues/old": {"displayName": "old", "value": "x"}}
        ),
    )

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Look for each name in every document and resource."""
        texts = [document.source.text for _, _, document in estate.documents()]
        texts += [json.dumps(dict(each.properties)) for each in estate.resources.values() if each.kind not in _KINDS]
        for name, resource in estate.named_values.items():
            if not name.startswith(_OURS) and not any(f"{{{{{name}}}}}" in text for text in texts):
                yield self.found(place_of(resource), f"nothing uses the named value '{name}'", help="remove it")


_OURS = ("apim-ai-", "tier-", "route-")  # made from tiers, routes and deployments, whether policies read them or not
_KINDS = frozenset({"named_value", *POLICY_SCOPES})
