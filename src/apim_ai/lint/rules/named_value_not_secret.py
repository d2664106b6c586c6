"""The rule AIM442."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.estate import place_of
from apim_ai.lint.rule import Case, EstateRule
from apim_ai.lint.secrets import looks_secret, sounds_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate

__all__ = ["NamedValueNotSecret"]


class NamedValueNotSecret(EstateRule):
    """A named value that is a secret, and is not marked as one.

    Every reader of the service can read it.

    Write `secret: true`, better a Key Vault reference.
    """

    code, name, severity = "AIM442", "named-value-not-secret", "error"
    good = (
        Case(
            '<set-variable name="a" value="1" />',
            resources={"namedValues/aoai-key": {"displayName": "aoai-key", "secret": True, "value": "x"}},
        ),
        Case(
            '<set-variable name="a" value="1" />',
            resources={"namedValues/key-header": {"displayName": "key-header", "value": "x"}},
        ),
    )
    bad = (
        Case(
            '<set-variable name="a" value="1" />',
            resources={"namedValues/aoai-key": {"displayName": "aoai-key", "value": "abc123"}},
        ),
    )

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Look at names and values."""
        for name, resource in estate.named_values.items():
            properties = resource.properties
            value = properties.get("value")
            if (
                properties.get("secret")
                or properties.get("keyVault")
                or not isinstance(value, str)
                or not value.strip()
            ):
                continue
            if sounds_secret(name) or looks_secret(value):
                message = f"the named value '{name}' is no secret to the service"
                yield self.found(place_of(resource), message, help="write secret: true, or refer to Key Vault")
