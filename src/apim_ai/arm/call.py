"""A request to the control plane and its answer, free of any server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Answer", "Call"]


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    Args:
        method: in capitals.
        path: decoded, with its leading slash.
        query: names in lower case, the last value of each.
        body: the JSON of the body, None where there is none.
        if_match: the `If-Match` header.
        origin: scheme and host under which the caller reached us, for the links in answers.
        if_none_match: the `If-None-Match` header.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    body: object = field(default=None, repr=False)
    if_match: str | None = None
    origin: str = "http://127.0.0.1"
    if_none_match: str | None = None

    def url(self, path: str | None = None) -> str:
        """Return the absolute URL of a path, by default the request's own."""
        return f"{self.origin}{self.path if path is None else path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """One response.

    Args:
        status: HTTP status.
        body: its JSON, None for no content.
        headers: further headers.
    """

    status: int
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    headers: tuple[tuple[str, str], ...] = ()
