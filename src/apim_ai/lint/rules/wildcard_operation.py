"""The rule AIM712."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.estate import place_of
from apim_ai.lint.rule import Case, EstateRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate

__all__ = ["WildcardOperation"]


class WildcardOperation(EstateRule):
    """An operation that takes every path.

    Paths that nobody has looked at reach the backend with the gateway's identity.

    List the operations.
    """

    code, name, severity = "AIM712", "wildcard-operation", "warning"
    good = (
        Case(
            '<set-variable name="a" value="1" />',
            resources={
                "apis/chat": {"path": "chat"},
                "apis/chat/operations/ask": {"method": "POST", "urlTemplate": "/ask"},
            },
        ),
    )
    bad = (
        Case(
            '<set-variable name="a" value="1" />',
            resources={
                "apis/chat": {"path": "chat"},
                "apis/chat/operations/all": {"method": "POST", "urlTemplate": "/*"},
            },
        ),
    )

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Look at the templates."""
        for operation in estate.resources.of("operation"):
            if str(operation.properties.get("urlTemplate", "")).strip("/") == "*":
                message = f"the operation '{operation.name}' takes every path"
                yield self.found(place_of(operation), message, help="list the operations")
