"""A message body: bytes at hand, or a stream that passes chunk by chunk.

C# reads bodies synchronously, we stream. Who needs the whole content awaits `buffer()` first; `content` is then at
hand. A tap sees every chunk pass in constant memory, and is told at the end whether the body was complete.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable

__all__ = ["Body", "BodyTooLargeError", "Tap"]


class BodyTooLargeError(Exception):
    """The content is larger than the reader allows."""


class Tap(Protocol):
    """Watches a body as it passes."""

    def chunk(self, data: bytes, /) -> None:
        """See one piece of the content."""
        ...

    def end(self, *, complete: bool) -> None:
        """See the end; `complete` is false when the body was cut or thrown away. Called exactly once."""
        ...


class Body:
    """The content of one message.

    Args:
        content: the bytes, when they are at hand.
        stream: else an iterator of chunks.
        close: called once when the body is done with, also when it was not read to its end.
        length: how many bytes a stream will yield, where that is known.
    """

    __slots__ = ("_close", "_ended", "_stream", "_taps", "consumed", "content", "length", "parsed")

    def __init__(
        self,
        content: bytes | None = None,
        stream: AsyncIterator[bytes] | None = None,
        close: Callable[[], Awaitable[None]] | None = None,
        length: int | None = None,
    ) -> None:
        self.content = content
        self.length = length
        self.consumed = False  # `As<T>()` without preserveContent empties the body for later readers
        self.parsed: object = None  # what expressions keep of the parsed content, until it is consumed; never changed
        self._stream = stream
        self._close = close
        self._taps: list[Tap] = []
        self._ended = False

    @property
    def is_buffered(self) -> bool:
        """Whether the whole content is at hand."""
        return self.content is not None

    def tap(self, tap: Tap) -> None:
        """Let a tap watch the content from its beginning."""
        self._taps.append(tap)

    async def buffer(self, limit: int | None = None) -> bytes:
        """Read the content to its end and keep it.

        Args:
            limit: bytes at most.

        Raises:
            BodyTooLargeError: there is more than `limit`.
        """
        if self.content is None:
            chunks: list[bytes] = []
            size = 0
            if self._stream is not None:
                async for chunk in self._stream:
                    size += len(chunk)
                    if limit is not None and size > limit:
                        await self.discard()
                        raise BodyTooLargeError(f"the body is larger than {limit} bytes")
                    chunks.append(chunk)
            self.content = b"".join(chunks)
            self._stream = None
            await self._finish()
        return self.content

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield the content as it comes, past the taps. Ends with the taps' `end` whatever happens."""
        complete = False
        try:
            if self.content is not None:
                if self.content:
                    self._watch(self.content)
                    yield self.content
            elif self._stream is not None:
                async for chunk in self._stream:
                    if self._taps:
                        self._watch(chunk)
                    yield chunk
            complete = True
        finally:
            self._end(complete=complete)
            await self._finish()

    async def discard(self) -> None:
        """Throw the body away: connections are released, taps learn that it was not complete."""
        self._end(complete=False)
        await self._finish()

    def finish_unsent(self) -> None:
        """Tell the taps about content that is complete at hand but will not be sent (a HEAD answer)."""
        if self._taps:
            if self.content:
                self._watch(self.content)
            self._end(complete=True)
        self._ended = True

    def collect(self, size: int) -> None:
        """Let the content come in pieces of at least `size` bytes, but for the last one."""
        if self._stream is not None:
            self._stream = _collected(self._stream, size)

    def _watch(self, chunk: bytes) -> None:
        if self._ended:  # content at hand may be read again, by a second attempt
            return
        for tap in self._taps:
            tap.chunk(chunk)

    def _end(self, *, complete: bool) -> None:
        if self._ended:
            return
        self._ended = True
        taps, self._taps = self._taps, []  # a tap often knows the exchange that holds this body: no cycle stays behind
        for tap in taps:
            tap.end(complete=complete)

    async def _finish(self) -> None:
        close, self._close = self._close, None
        if close is not None:
            await close()


async def _collected(stream: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    pieces: list[bytes] = []
    length = 0
    async for chunk in stream:
        pieces.append(chunk)
        length += len(chunk)
        if length >= size:
            yield b"".join(pieces)
            pieces, length = [], 0
    if pieces:
        yield b"".join(pieces)
