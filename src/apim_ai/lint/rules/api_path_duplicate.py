"""The rule AIM724."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.estate import place_of
from apim_ai.lint.rule import Case, EstateRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate
    from apim_ai.resource import Resource

__all__ = ["ApiPathDuplicate"]


class ApiPathDuplicate(EstateRule):
    """Two APIs with the same path and version.

    The service refuses the second.

    Give each its own.
    """

    code, name, severity = "AIM724", "api-path-duplicate", "error"
    good = (
        Case(
            '<set-variable name="a" value="1" />',
            resources={"apis/chat": {"path": "chat"}, "apis/other": {"path": "other"}},
        ),
    )
    bad = (
        Case(
            '<set-variable name="a" value="1" />',
            resources={"apis/chat": {"path": "chat"}, "apis/other": {"path": "chat"}},
        ),
    )

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Compare paths and versions; revisions of one API share them."""
        seen: dict[tuple[str, str], Resource] = {}
        for api in estate.resources.of("api"):
            if ";rev=" in api.name:
                continue
            key = (str(api.properties.get("path", "")).strip("/").lower(), str(api.properties.get("apiVersion") or ""))
            if key in seen:
                message = f"the APIs '{seen[key].name}' and '{api.name}' have the same path '{key[0]}'"
                yield self.found(place_of(api), message, help="give each its own path or version")
            seen.setdefault(key, api)
