"""`cache-store`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import BOOLEAN, INTEGER, TEXT, Policy, Value, attribute, policy
from apim_ai.expression import Read
from apim_ai.family.response_cache import LOOKUP, Lookup
from apim_ai.family.stored import kept

if TYPE_CHECKING:
    from apim_ai.message import Response
    from apim_ai.runtime import Exchange

__all__ = ["CacheStore"]

_OK = 200


@policy("cache-store", sections=("outbound",), once="section", page="cache-store-policy")
class CacheStore(Policy):
    """Keep the response for GETs of the same URL to come; acts only after a lookup that missed.

    Source: cache-store page.
    """

    duration: Value[int] = attribute(INTEGER, doc="seconds")
    cache_response: Value[bool] | None = attribute(BOOLEAN, default=None, doc="absent: only status 200 is kept")
    caching_mode: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented", documented=False)

    async def run(self, exchange: Exchange, /) -> None:
        """Keep the response."""
        lookup, response = exchange.private.get(LOOKUP), exchange.response
        if not isinstance(lookup, Lookup) or response is None:
            exchange.note("not stored: no lookup has missed")
            return
        if not self._is_wanted(exchange, response):
            exchange.note(f"not stored: status {response.status}")
            return
        seconds = self.duration(exchange.context)
        await exchange.buffer(Read.RESPONSE_BODY)
        body = response.body
        content = b"" if body is None or body.consumed else body.content or b""
        exchange.services.responses.put(lookup.key, kept(response, content), seconds)

    def _is_wanted(self, exchange: Exchange, response: Response) -> bool:
        if self.cache_response is not None:
            return self.cache_response(exchange.context)
        return response.status == _OK
