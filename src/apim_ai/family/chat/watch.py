"""Finds out what each answer of the backend cost, once for all policies of an exchange that want to know.

A JSON answer is buffered and read before outbound begins, so that variables and headers can tell. A stream is watched as
it passes and known at its end: from its usage event, else by counting what it said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apim_ai.expression import Read
from apim_ai.family.chat.answer import is_event_stream
from apim_ai.family.chat.coding import decoded, unpacker
from apim_ai.family.chat.json_text import mapping, parse
from apim_ai.family.chat.stream import EventReader, delta_texts
from apim_ai.family.chat.usage import Usage, usage_of
from apim_ai.runtime import PolicyError, WireError

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.family.chat.prompt import Prompt
    from apim_ai.message import Body, Response
    from apim_ai.runtime import Exchange

__all__ = ["Answer", "UsageWatch"]

_WATCH = "the usage watch of the exchange"
_ERROR_STATUS = 400
_ANTHROPIC = ("message", "message_start", "message_delta", "content_block_delta")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer cost.

    Args:
        usage: its tokens; None where it says nothing of them, as an error does not.
        is_streamed: whether it passed as a stream: what is known now was not known when its headers left.
        is_cached: whether it came out of the semantic cache, so that no model was asked.
    """

    usage: Usage | None
    is_streamed: bool = False
    is_cached: bool = False


class UsageWatch:
    """Tells its listeners of each answer. Made by the first policy of an exchange that asks for it.

    Attributes:
        answer: the last one, once it is known.
    """

    def __init__(self, exchange: Exchange, prompt: Prompt | None) -> None:
        self._exchange = exchange
        self._prompt = prompt
        self._listeners: list[Callable[[Answer], None]] = []
        self.answer: Answer | None = None

    @classmethod
    def last(cls, exchange: Exchange) -> Answer | None:
        """Return what the last answer cost, where a policy of the exchange wanted to know."""
        watch = exchange.private.get(_WATCH)
        return watch.answer if isinstance(watch, cls) else None

    @classmethod
    def listen(cls, exchange: Exchange, prompt: Prompt | None, listener: Callable[[Answer], None]) -> None:
        """Let a listener know of each answer in this exchange."""
        watch = exchange.private.get(_WATCH)
        if not isinstance(watch, cls):
            watch = exchange.private[_WATCH] = cls(exchange, prompt)
            exchange.on_received.append(watch._received)
        watch._listeners.append(listener)

    @classmethod
    def cache_hit(cls, exchange: Exchange, content: bytes) -> None:
        """Tell the listeners that a stored answer is given instead of a model's."""
        watch = exchange.private.get(_WATCH)
        if isinstance(watch, cls):
            watch.tell(Answer(usage_of(parse(content)), is_cached=True))

    async def _received(self, response: Response) -> None:
        body = response.body
        if body is None:
            self.tell(Answer(None))
        elif self._is_stream(response):
            body.tap(_StreamTap(self, response))
        elif _is_json(response):
            content = await self._content(body)
            self.tell(Answer(self._usage_in(decoded(content, response))))
        else:
            self.tell(Answer(None))

    def _usage_in(self, content: bytes) -> Usage | None:
        document = parse(content) if b'"usage' in content else None
        return usage_of(document) if self.understands(document) else None

    def understands(self, document: object) -> bool:
        """Whether this gateway knows the shape of an answer or stream event: Anthropic's is one of v2 gateways only."""
        kind = mapping(document).get("type")
        return self._exchange.settings.gateway_flavor == "v2" or kind not in _ANTHROPIC

    def _is_stream(self, response: Response) -> bool:
        if is_event_stream(response):
            return True
        streams = self._prompt is not None and self._prompt.streams
        return streams and not response.headers.get("Content-Type") and response.status < _ERROR_STATUS

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
            self.tell(Answer(reported, is_streamed=True))
            return
        if is_error:
            self.tell(Answer(None, is_streamed=True))
            return
        if reported is not None:
            exchange.trace.decided_by("token_limit.stream_usage_chunk", "ignore")
        prompt = self._prompt.estimate(exchange.services.tokens, exchange.settings) if self._prompt else 0
        self.tell(Answer(Usage.estimated(prompt, counted), is_streamed=True))

    def count(self, piece: str) -> int:
        """Return the tokens of a piece of the answer."""
        return self._exchange.services.tokens.count(piece, self._prompt.model if self._prompt else "")


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
            reported = Usage(reported.prompt, self._counted, reported.prompt + self._counted, is_estimated=True)
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


def _is_json(response: Response) -> bool:
    kind = response.headers.get("Content-Type")
    return not kind or "json" in kind.lower()
