"""Whether a caller asks for a form of content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.family.api_schema import media_type

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.runtime import Exchange

__all__ = ["asks_for"]


def asks_for(exchange: Exchange, is_wanted: Callable[[str], bool]) -> bool:
    """Whether the request's `Accept` names a media type of a kind; `*/*` asks for nothing in particular."""
    accept = exchange.request.headers.get("Accept") or ""
    return any(is_wanted(media_type(each)) for each in accept.split(","))
