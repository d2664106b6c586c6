"""`cache-lookup`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from apim_ai.definition import BOOLEAN, TEXT, Policy, Value, attribute, choice, literal, policy, texts
from apim_ai.family.cached_values import CACHING_TYPE, CachingType
from apim_ai.family.response_cache import LOOKUP, Lookup
from apim_ai.family.stored import restored
from apim_ai.message import Response
from apim_ai.runtime import Respond

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from apim_ai.expression.context import Context
    from apim_ai.runtime import Exchange, StoredResponse

__all__ = ["CacheLookup"]

_PART = "\x1f"  # between the parts of a key
_NOT_MODIFIED = 304
DownstreamCachingType = Literal["none", "private", "public"]
_DIRECTIVES = {"none": "no-store", "private": "private", "public": "public"}


@policy("cache-lookup", sections=("inbound",), once="section", page="cache-lookup-policy", settings=("cache",))
class CacheLookup(Policy):
    """Give the stored response to an earlier GET of the same URL, where there is one.

    Source: cache-lookup page.
    """

    vary_by_developer: Value[bool] = attribute(BOOLEAN)
    vary_by_developer_groups: Value[bool] = attribute(BOOLEAN)
    caching_type: CachingType = literal(CACHING_TYPE, default="prefer-external")
    downstream_caching_type: Value[DownstreamCachingType] = attribute(
        choice("none", "private", "public"), default="none"
    )
    must_revalidate: Value[bool] = attribute(BOOLEAN, default=True)
    allow_private_response_caching: Value[bool] = attribute(BOOLEAN, default=False)
    vary_by_header: tuple[Value[str], ...] = texts("vary-by-header", TEXT)
    vary_by_query_parameter: tuple[Value[str], ...] = texts(
        "vary-by-query-parameter", TEXT, doc="a name, or several parted by ;"
    )

    def run(self, exchange: Exchange, /) -> Respond | None:
        """Look the response up."""
        context = exchange.context
        if exchange.request.method.upper() != "GET":
            exchange.note("not cached: no GET")
            return None
        if "Authorization" in exchange.request.headers and not self.allow_private_response_caching(context):
            exchange.note("not cached: the request carries Authorization")
            return None
        self._tell_downstream(exchange)
        key = _PART.join(self._key(context))
        stored = exchange.services.responses.get(key)
        if stored is None:
            exchange.note("miss")
            exchange.private[LOOKUP] = Lookup(key)
            return None
        exchange.note("hit")
        response = self._answer(exchange, stored)
        return Respond(response, runs_outbound=exchange.settings.cache_on_hit == "run-outbound")

    def _key(self, context: Context) -> Iterator[str]:
        request, url = context.request, context.original_url
        yield context.api.id
        yield f"{url.authority}{url.path}"
        names = set(_names(self.vary_by_query_parameter, context))
        for name, values in sorted(url.query.items()):
            if not names or name in names:
                yield f"?{name}={','.join(values)}"
        for name in sorted(_names(self.vary_by_header, context)):
            yield f"{name.lower()}: {request.headers.get(name, '')}"
        if self.vary_by_developer(context):
            yield f"user {context.user.id if context.user else ''}"
        if self.vary_by_developer_groups(context):
            groups = sorted(group.id for group in context.user.groups) if context.user else []
            yield f"groups {','.join(groups)}"

    def _answer(self, exchange: Exchange, stored: StoredResponse) -> Response:
        response = restored(stored)
        tag = response.headers.get("ETag")
        asked = exchange.request.headers.get("If-None-Match")
        if (
            exchange.settings.cache_conditional_304
            and tag
            and asked
            and tag in [part.strip() for part in asked.split(",")]
        ):
            exchange.trace.decided_by("cache.conditional_304", value=True)
            return Response(_NOT_MODIFIED, headers=response.headers)
        return response

    def _tell_downstream(self, exchange: Exchange) -> None:
        """Set Cache-Control on the response, hit or miss."""
        context = exchange.context
        directives = [_DIRECTIVES[self.downstream_caching_type(context)]]
        if self.must_revalidate(context):
            directives.append("must-revalidate")
        value = ", ".join(directives)
        exchange.on_leaving.append(lambda response: response.headers.set("Cache-Control", value))


def _names(values: Sequence[Value[str]], context: Context) -> Iterator[str]:
    for value in values:
        yield from (name.strip() for name in value(context).split(";") if name.strip())
