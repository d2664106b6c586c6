"""The rule AIM703."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.lint.estate import place_of
from apim_ai.lint.rule import Case, EstateRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate

__all__ = ["NamedValueInvalid"]


class NamedValueInvalid(EstateRule):
    """A named value whose name or value the service refuses.

    Names have letters, digits, `.`, `-` and `_`; values 1 to 4,096 characters.

    Mend it.
    """

    code, name, severity = "AIM703", "named-value-invalid", "error"
    good = (
        Case(
            '<set-variable name="a" value="{{my-key.1}}" />',
            resources={"namedValues/my-key.1": {"displayName": "my-key.1", "value": "x"}},
        ),
    )
    bad = (
        Case(
            '<set-variable name="a" value="1" />',
            resources={"namedValues/my-key": {"displayName": "my key", "value": "x"}},
        ),
        Case(
            '<set-variable name="a" value="{{long}}" />',
            resources={"namedValues/long": {"displayName": "long", "value": "x" * 4097}},
        ),
    )

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Look at names and lengths."""
        for name, resource in estate.named_values.items():
            value = resource.properties.get("value")
            if not re.fullmatch(r"[A-Za-z0-9._-]+", name):
                message = f"'{name}' is no name of a named value"
                yield self.found(place_of(resource), message, help="use letters, digits, '.', '-' and '_'")
            if isinstance(value, str) and not 1 <= len(value) <= _LONGEST:
                message = f"the value of '{name}' has {len(value)} characters; 1 to {_LONGEST} are allowed"
                yield self.found(place_of(resource), message, help="shorten or fill it")


_LONGEST = 4096
