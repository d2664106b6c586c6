"""Finds out what each answer of the backend cost, once for all policies of an exchange that want to know.

A JSON answer is buffered and read before outbound begins, so that variables and headers can tell. A stream is watched as
it passes and known at its end: from its usage event, else by counting what it said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from apim_ai.expression import Read
from apim_ai.family.chat.coding import decoded, unpacker
from apim_ai.family.chat.json_text import mapping, parse
from apim_ai.family.chat.stream import EventReader, delta_texts
from apim_ai.family.chat.usage import Usage, usage_of
from apim_ai.runtime import PolicyError, WireError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from apim_ai.family.chat.prompt import Question
    from apim_ai.message import Body, Response
    from apim_ai.runtime import Exchange

__all__ = ["Answer", "UsageWatch"]

_WATCH = "the usage watch of the exchange"
_ERROR_STATUS = 400
_ANTHROPIC = frozenset({"message", "message_start", "message_delta", "content_block_delta"})


class Answer(NamedTuple):
    """What an answer cost.

    Args:
        usage: its tokens; None where it says nothing of them, as an error does not.
        is_cached: whether it came out of the semantic cache, so that no model was asked.
    """

    usage: Usage | None
    is_cached: bool = False


class UsageWatch:
    """Tells its listeners of each answer. Made by the first policy of an exchange that asks for it.

    Attributes:
        answer: the last one, once it is known.
    """

    __slots__ = ("_exchange", "_listeners", "_question", "answer")

    def __init__(self, exchange: Exchange, question: Question | None) -> None:
        self._exchange = exchange
        self._question = question
        self._listeners: list[Callable[[Answer], None]] = []
        self.answer: Answer | None = None

    @classmethod
    def last(cls, exchange: Exchange) -> Answer | None:
        """Return what the last answer cost, where a policy of the exchange wanted to know."""
        watch = exchange.private.get(_WATCH)
        return watch.answer if isinstance(watch, cls) else None

    @classmethod
    def is_there(cls, exchange: Exchange) -> bool:
        """Whether a policy of the exchange listens already; what the request asks is known then."""
        return _WATCH in exchange.private

    @classmethod
    def listen(cls, exchange: Exchange, question: Question | None, listener: Callable[[Answer], None]) -> None:
        """Let a listener know of each answer in this exchange."""
        watch = exchange.private.get(_WATCH)
        if not isinstance(watch, cls):
            watch = exchange.private[_WATCH] = cls(exchange, question)
            exchange.on_received.append(watch._received)
        watch._listeners.append(listener)

    @classmethod
    def cache_hit(cls, exchange: Exchange, content: bytes) -> None:
        """Tell the listeners that a stored answer is given instead of a model's."""
        watch = exchange.private.get(_WATCH)
        if isinstance(watch, cls):
            watch.tell(Answer(usage_of(parse(content)), is_cached=True))

    def _received(self, response: Response) -> Awaitable[None] | None:
        body, kind = response.body, (response.headers.get("Content-Type") or "").lower()
        if body is None:
            self.tell(Answer(None))
        elif kind.startswith("text/event-stream") or (not kind and self._may_stream(response)):
            body.tap(_StreamTap(self, response))
        elif kind and "json" not in kind:
            self.tell(Answer(None))
        elif body.content is None:
            return self._when_buffered(body, response)
        else:
            self._read(body.content, response)
        return None

    async def _when_buffered(self, body: Body, response: Response) -> None:
        self._read(await self._content(body), response)

    def _read(self, content: bytes, response: Response) -> None:
        if response.headers.get("Content-Encoding") is not None:
            content = decoded(content, response)
        document = parse(content) if content.find(b'"usage') >= 0 else None  # `in` raises an error inside each time
        self.tell(Answer(usage_of(document) if self.understands(document) else None))

    def understands(self, document: object) -> bool:
        """Whether this gateway knows the shape of an answer or stream event: Anthropic's is one of v2 gateways only."""
        kind = mapping(document).get("type")
        return (
            kind is None
            or not isinstance(kind, str)
            or kind not in _ANTHROPIC
            or self._exchange.settings.gateway_flavor == "v2"
        )

    def _may_stream(self, response: Response) -> bool:
        """Whether an answer that does not say what it is must be the stream that was asked for."""
        return self._question is not None and self._question.streams and response.status < _ERROR_STATUS

    async def _content(self, body: Body) -> bytes:
        exchange = self._exchange
        try:
            await exchange.buffer(Read.RESPONSE_BODY)
        except PolicyError:
            self.tell(Answer(None))
            raise
        except WireError as error:
            self.tell(Answer(None))  # it answered, but not to the end: what it cost will never be known
            status = exchange.settings.errors_connection_status
            raise PolicyError("forward-request", "BackendConnectionFailure", str(error), status) from error
        return body.content or b""

    def tell(self, answer: Answer) -> None:
        """Let the listeners know of an answer."""
        self.answer = answer
        for listener in self._listeners:
            listener(answer)

    def stream_ended(self, reported: Usage | None, counted: int, *, is_error: bool) -> None:
        """Take what a stream turned out to be."""
        exchange = self._exchange
        if reported is not None and exchange.settings.token_limit_stream_usage_chunk == "prefer":
            self.tell(Answer(reported))
            return
        if is_error:
            self.tell(Answer(None))
            return
        if reported is not None:
            exchange.trace.decided_by("token_limit.stream_usage_chunk", "ignore")
        prompt = None if self._question is None else self._question.prompt
        asked = 0 if prompt is None else prompt.estimate(exchange.services.tokens, exchange.settings)
        self.tell(Answer(Usage.estimated(asked, counted)))

    def count(self, piece: str) -> int:
        """Return the tokens of a piece of the answer."""
        prompt = None if self._question is None else self._question.prompt
        return self._exchange.services.tokens.count(piece, "" if prompt is None else prompt.model)


class _StreamTap:
    """Watches one stream."""

    __slots__ = ("_counted", "_is_error", "_reader", "_reported", "_unpack", "_watch")

    def __init__(self, watch: UsageWatch, response: Response) -> None:
        self._watch = watch
        self._reader = EventReader()
        self._reported: Usage | None = None
        self._counted = 0
        self._is_error = response.status >= _ERROR_STATUS
        self._unpack = unpacker(response)

    def chunk(self, data: bytes, /) -> None:
        """See some bytes."""
        if self._unpack is None:
            return
        for event in self._reader.feed(self._unpack(data)):
            self._see(event)

    def end(self, *, complete: bool) -> None:
        """See the end. A stream that was cut has cost what it said so far."""
        for event in self._reader.finish():
            self._see(event)
        reported = self._reported
        if reported is not None and not complete and reported.completion < self._counted:
            reported = Usage.estimated(reported.prompt, self._counted)
        self._watch.stream_ended(reported, self._counted, is_error=self._is_error)

    def _see(self, event: dict[str, object]) -> None:
        if not self._watch.understands(event):
            return
        usage = usage_of(event)
        if usage is not None:
            before = self._reported
            # Anthropic reports the prompt at the beginning and the completion at the end
            prompt = usage.prompt or (before.prompt if before else 0)
            self._reported = usage if usage.prompt else Usage(prompt, usage.completion, prompt + usage.completion)
        for piece in delta_texts(event):
            if piece:
                self._counted += self._watch.count(piece)
