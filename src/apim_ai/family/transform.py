"""Whether a caller asks for a form of content."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.family.api_schema import media_type

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.runtime import Exchange

__all__ = ["asks_for"]

_REFUSED = re.compile(r";\s*q\s*=\s*0(\.0*)?\s*(;|$)", re.IGNORECASE)


def asks_for(exchange: Exchange, is_wanted: Callable[[str], bool]) -> bool:
    """Whether the request's `Accept` names a media type of a kind; `*/*` asks for nothing in particular."""
    accept = exchange.request.headers.get("Accept") or ""
    return any(is_wanted(media_type(each)) and not _REFUSED.search(each) for each in accept.split(","))
