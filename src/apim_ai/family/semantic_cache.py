"""Semantic caching: what the lookup and store policies of both names share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from apim_ai.definition import (
    BOOLEAN,
    TEXT,
    Policy,
    Value,
    attribute,
    choice,
    decimal,
    family,
    integer,
    literal,
    texts,
)
from apim_ai.expression import Read
from apim_ai.family.chat import (
    EventReader,
    UsageWatch,
    collected,
    decoded,
    dump,
    is_event_stream,
    parse,
    prompt_of,
    replayed,
)
from apim_ai.family.chat.json_text import items, mapping
from apim_ai.family.chat.prompt import SYSTEM_ROLES
from apim_ai.family.stored import kept, restored
from apim_ai.message import Body, BodyTooLargeError, Headers
from apim_ai.runtime import Callout, IdentityError, PolicyError, Respond, StoredResponse, WireError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apim_ai.config import GatewaySettings
    from apim_ai.family.chat import Prompt
    from apim_ai.message import Response, Url
    from apim_ai.runtime import Endpoint, Exchange

__all__ = ["SemanticCacheLookup", "SemanticCacheStore"]

_LOOKUP = "the semantic cache lookup of the exchange"
_ROUNDING = 1e-6  # vectors are kept as 32-bit floats: equal ones differ by less
_PART = "\x1f"  # between the parts of a partition's name
_OK = 200
_LONGEST_ANSWER = 16 * 1024 * 1024  # bytes
_NUMBERS = frozenset((int, float))
_MOST_STREAMED = 8 * 1024 * 1024  # bytes of a stream that are collected to be stored
_SHAPES = ("chat", "responses", "messages")


@dataclass(frozen=True, slots=True)
class _Lookup:
    """What a lookup leaves for the store of the same exchange: a miss with its vector."""

    partition: str
    vector: tuple[float, ...]


class _EmbeddingsError(Exception):
    """There is no vector for the prompt."""


@family(
    settings=("semantic_cache", "cache.on_hit"),
    sections=("inbound",),
    scopes=("global", "product", "api", "operation"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    once="section",
)
class SemanticCacheLookup(Policy):
    """Give the stored answer to an earlier prompt that means the same, where there is one.

    Source: semantic-cache-lookup pages.
    """

    score_threshold: float = literal(decimal(0.0, 1.0), doc="distance up to which prompts count as the same")
    embeddings_backend_id: Value[str] = attribute(TEXT, expressions="undocumented")
    embeddings_backend_auth: str = literal(choice("system-assigned", hidden=("header",)))
    ignore_system_messages: Value[bool] = attribute(BOOLEAN, default=False, expressions="undocumented")
    max_message_count: Value[int] | None = attribute(integer(minimum=1), default=None, expressions="undocumented")
    cache_id: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented", documented=False)
    vary_by: tuple[Value[str], ...] = texts("vary-by", TEXT)

    async def run(self, exchange: Exchange, /) -> Respond | None:
        """Look the prompt up."""
        prompt = await prompt_of(exchange)
        text = self._compared(exchange, prompt)
        if prompt is None or text is None:
            return None
        try:
            vector = await self._embed(exchange, text)
            partition = self._partition(exchange)
            found = exchange.services.vectors.nearest(partition, vector)
        except (_EmbeddingsError, ValueError) as error:
            self._fail(exchange, str(error))
            return None
        if found is not None and self._is_close(exchange, found[0]):
            hit = self._answer(exchange, prompt, found[1])
            if hit is not None:
                return hit
        exchange.private[_LOOKUP] = _Lookup(partition, tuple(vector))
        return None

    def _compared(self, exchange: Exchange, prompt: Prompt | None) -> str | None:
        """Return the text to compare, or None when this prompt is not cached."""
        if prompt is None or prompt.shape not in _SHAPES:
            exchange.note("not cached: the request is no chat")
            return None
        messages = prompt.messages
        if self.ignore_system_messages(exchange.context):
            messages = tuple(message for message in messages if message.role not in SYSTEM_ROLES)
        most = self.max_message_count(exchange.context) if self.max_message_count else None
        if most is not None and len(messages) > most:
            exchange.note(f"not cached: {len(messages)} messages, {most} at most")
            return None
        return "\n".join(message.text for message in messages) or None

    def _partition(self, exchange: Exchange) -> str:
        context = exchange.context
        includes_api = exchange.settings.semantic_cache_partition_includes_api
        parts = [self.cache_id(context) if self.cache_id else "", context.api.id if includes_api else ""]
        return _PART.join((*parts, *(value(context) for value in self.vary_by)))

    def _is_close(self, exchange: Exchange, similarity: float) -> bool:
        if exchange.settings.semantic_cache_threshold_mode == "similarity":
            exchange.trace.decided_by("semantic_cache.threshold_mode", "similarity")
            is_close, sign = similarity >= self.score_threshold - _ROUNDING, ">="
            shown = similarity
        else:
            shown = 1.0 - similarity
            is_close, sign = shown <= self.score_threshold + _ROUNDING, "<="
        exchange.note(f"{'hit' if is_close else 'miss'}: {shown:.4f} {sign} {self.score_threshold:g} is {is_close}")
        return is_close

    def _answer(self, exchange: Exchange, prompt: Prompt, stored: StoredResponse) -> Respond | None:
        settings = exchange.settings
        response = restored(stored)
        if prompt.streams and settings.semantic_cache_stream_hit != "replay-as-json":
            exchange.trace.decided_by("semantic_cache.stream_hit", settings.semantic_cache_stream_hit)
            if settings.semantic_cache_stream_hit == "miss":
                return None
            response.headers.set("Content-Type", "text/event-stream")
            response.body = Body(replayed(parse(stored.body)))
        UsageWatch.cache_hit(exchange, stored.body)
        return Respond(response, runs_outbound=settings.cache_on_hit == "run-outbound")

    def _fail(self, exchange: Exchange, why: str) -> None:
        outcome = exchange.settings.semantic_cache_embeddings_failure
        exchange.trace.decided_by("semantic_cache.embeddings_failure", outcome)
        exchange.note(f"no embedding: {why}")
        if outcome == "500":
            message = f"The embeddings backend cannot be asked: {why}"
            raise PolicyError(self.element_name, "EmbeddingsFailure", message)

    # --- the embeddings call --------------------------------------------------------------------------------------

    async def _embed(self, exchange: Exchange, text: str) -> Sequence[float]:
        settings = exchange.settings
        body: dict[str, object] = {"input": text if settings.semantic_cache_embeddings_input == "string" else [text]}
        if settings.semantic_cache_embeddings_model:
            body["model"] = settings.semantic_cache_embeddings_model
        content = dump(body)

        async def callout(endpoint: Endpoint) -> Callout:
            headers = Headers([("Content-Type", "application/json")])
            if self.embeddings_backend_auth == "system-assigned" and not endpoint.authorizes:
                token = await exchange.services.identity.token(settings.semantic_cache_embeddings_resource)
                headers.set("Authorization", f"Bearer {token}")
            return Callout("POST", _versioned(endpoint.url, settings), headers, Body(content), purpose="embeddings")

        try:
            backend_id = self.embeddings_backend_id(exchange.context)
            response = await exchange.services.backends.call(exchange, backend_id, callout)
            answer = await response.body.buffer(_LONGEST_ANSWER) if response.body is not None else b""
        except (PolicyError, IdentityError, WireError, BodyTooLargeError) as error:
            raise _EmbeddingsError(str(error)) from error
        if response.status != _OK:
            raise _EmbeddingsError(f"status {response.status}")
        return _vector(answer)


@family(
    settings=("semantic_cache.store_statuses",),
    sections=("outbound",),
    scopes=("global", "product", "api", "operation"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    once="section",
)
class SemanticCacheStore(Policy):
    """Keep the answer for prompts to come that mean the same; acts only after a lookup that missed."""

    duration: Value[int] = attribute(integer(minimum=1), doc="seconds")

    async def run(self, exchange: Exchange, /) -> None:
        """Keep the answer: now, or a stream when it has passed."""
        lookup = exchange.private.get(_LOOKUP)
        response = exchange.response
        if not isinstance(lookup, _Lookup) or response is None or response.body is None:
            return
        if response.status not in exchange.settings.semantic_cache_store_statuses:
            exchange.note(f"not stored: status {response.status}")
            return
        seconds = self.duration(exchange.context)
        if is_event_stream(response):
            response.body.tap(_StreamStore(exchange, lookup, response, seconds))
            return
        await exchange.buffer(Read.RESPONSE_BODY)
        content = decoded(response.body.content or b"", response)
        if content and not response.body.consumed:
            _put(exchange, lookup, kept(response, content, without=("content-encoding",)), seconds)


class _StreamStore:
    """Collects a stream, and keeps the answer it stands for when it was complete."""

    def __init__(self, exchange: Exchange, lookup: _Lookup, response: Response, seconds: int) -> None:
        self._exchange = exchange
        self._lookup = lookup
        self._response = response
        self._seconds = seconds
        self._chunks: list[bytes] = []  # as they came: parsed they would take ten times the memory
        self._size = 0

    def chunk(self, data: bytes, /) -> None:
        """Collect a chunk."""
        self._size += len(data)
        if self._size <= _MOST_STREAMED:
            self._chunks.append(data)
        else:
            self._chunks.clear()

    def end(self, *, complete: bool) -> None:
        """Keep the answer."""
        if not complete or self._size > _MOST_STREAMED:
            return
        reader = EventReader()
        content = decoded(b"".join(self._chunks), self._response)
        events = [*reader.feed(content), *reader.finish()]
        answer = collected(events) if reader.is_done or _is_finished(events) else None
        if answer is None:
            return
        try:
            body = dump(answer)
        except RecursionError:  # read without recursion, and nested more deeply than any answer
            return
        stored = kept(self._response, body, without=("content-type", "content-encoding"))
        headers = (*stored.headers, ("Content-Type", "application/json"))
        _put(self._exchange, self._lookup, replace(stored, headers=headers), self._seconds)


def _is_finished(events: Sequence[dict[str, object]]) -> bool:
    """Whether the model came to its end: a backend that breaks off may still close its stream in order."""
    last = events[-1] if events else {}
    return last.get("type") in ("response.completed", "message_stop") or any(
        mapping(choice).get("finish_reason") for choice in items(last.get("choices"))
    )


def _put(exchange: Exchange, lookup: _Lookup, stored: StoredResponse, seconds: int) -> None:
    try:
        exchange.services.vectors.put(lookup.partition, lookup.vector, stored, seconds)
    except ValueError as error:  # a cache that fails never fails the request
        exchange.note(f"not stored: {error}")


def _versioned(url: Url, settings: GatewaySettings) -> Url:
    version = settings.semantic_cache_embeddings_api_version
    if version == "none" or "/openai/deployments/" not in url.path or "api-version" in url.query:
        return url
    return url.with_query([*url.query_pairs(), ("api-version", version)])


def _vector(content: bytes) -> list[float]:
    data = items(mapping(parse(content)).get("data"))
    embedding = items(mapping(data[0]).get("embedding")) if data else []
    if not embedding or not _NUMBERS.issuperset(map(type, embedding)):
        raise _EmbeddingsError("the answer holds no vector")
    return cast("list[float]", embedding)
