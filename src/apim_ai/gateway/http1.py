"""One HTTP/1.1 connection to a backend: a request goes out, its answer is parsed as it comes.

httptools (llhttp, strict) parses. Each answer has a buffer of its own, so a connection may serve the next request while
the last answer is still being read. What comes without having been asked for spoils the connection.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from apim_ai.runtime import WireError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

__all__ = ["Answer", "Connection"]

MAX_FIELD_BYTES = 32 * 1024  # one header field of a backend; the service's own limit is not documented
MAX_HEAD_BYTES = 256 * 1024  # what may come before an answer's headers are complete, interim answers included
HIGH_WATER = 64 * 1024  # bytes of an answer that wait for their reader before no more are read
_FINAL = 200
_SWITCHING = 101


class Answer:
    """The answer to one request, as far as it has come.

    Attributes:
        headed: done when status and headers are there.
        fields: the header fields as byte pairs.
        is_complete: whether the whole body has come.
        is_untouched: whether not a byte of it has come.
    """

    __slots__ = (
        "_connection", "_error", "_pieces", "_reader", "_size", "fields", "headed", "is_complete", "is_head_only",
        "is_untouched", "reason", "status",
    )  # fmt: skip

    def __init__(self, connection: Connection, headed: asyncio.Future[None], *, is_head_only: bool) -> None:
        self.headed = headed
        self.is_head_only = is_head_only
        self.is_untouched = True
        self.is_complete = False
        self.status = 0
        self.reason = b""
        self.fields: list[tuple[bytes, bytes]] = []
        self._connection = connection
        self._error: WireError | None = None
        self._pieces: list[bytes] = []
        self._size = 0
        self._reader: asyncio.Future[None] | None = None

    def content(self) -> bytes:
        """Return what has come of the body and not been taken yet."""
        pieces = self._pieces
        if not pieces:
            return b""
        data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        self._pieces = []
        if self._size > HIGH_WATER:
            self._connection.resume(self)
        self._size = 0
        return data

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield the body as it comes, all that is there at a time.

        Raises:
            WireError: it broke off.
        """
        while True:
            if self._pieces:
                yield self.content()
            elif self.is_complete:
                return
            elif self._error is not None:
                raise self._error
            else:
                self._reader = self.headed.get_loop().create_future()
                try:
                    await self._reader
                finally:
                    self._reader = None

    def close(self) -> None:
        """Have done with the answer; the connection of one that is not complete is closed."""
        if not self.is_complete and self._error is None:
            self._error = WireError("reset", "the answer was given up")
            self._connection.abort()

    async def aclose(self) -> None:
        """Have done with the answer, for whoever awaits it."""
        self.close()

    @property
    def length(self) -> int | None:
        """How many bytes the body will have, where the headers tell."""
        for name, value in self.fields:
            if name.lower() == b"content-length":
                return int(value)  # the parser takes digits only
        return None

    # --- told by the connection -----------------------------------------------------------------------------------

    def add(self, data: bytes) -> None:
        """Take a piece of the body."""
        self._pieces.append(data)
        self._size += len(data)
        if self._size > HIGH_WATER:
            self._connection.pause()
        self._wake()

    def begin(self, status: int) -> None:
        """Take the status: the headers are complete."""
        self.status = status
        if not self.headed.done():
            self.headed.set_result(None)

    def end(self) -> None:
        """The body is complete."""
        self.is_complete = True
        self._wake()

    def fail(self, error: WireError) -> None:
        """The answer broke off, or there will be none."""
        if not self.headed.done():
            self.headed.set_exception(error)
        self._error = error
        self._wake()

    def expire(self) -> None:
        """Give up waiting for the headers."""
        if not self.headed.done():
            self._connection.abort()
            self.fail(WireError("timeout", "no response in time"))

    def has_length(self) -> bool:
        """Whether the headers tell where the body ends; else it ends with the connection."""
        return any(name.lower() in (b"content-length", b"transfer-encoding") for name, _ in self.fields)

    def _wake(self) -> None:
        reader = self._reader
        if reader is not None and not reader.done():
            reader.set_result(None)


class Connection(asyncio.Protocol):
    """One connection; serves one request at a time.

    Args:
        on_free: told when it may serve the next request.
        on_lost: told when it is closed.

    Attributes:
        is_open: whether it can serve a request.
        idle_since: when it became free, on the event loop's clock.
    """

    __slots__ = (
        "_answer", "_head_bytes", "_is_free", "_is_paused", "_is_spoilt", "_keeps", "_on_free", "_on_lost", "_parser",
        "_transport", "_upload", "_writable", "idle_since", "is_open",
    )  # fmt: skip

    def __init__(self, on_free: Callable[[Connection], None], on_lost: Callable[[Connection], None]) -> None:
        self.is_open = False
        self.idle_since = 0.0
        self._on_free = on_free
        self._on_lost = on_lost
        self._parser = HttpResponseParser(self)
        self._transport: asyncio.Transport = cast("asyncio.Transport", None)  # until it is connected
        self._answer: Answer | None = None
        self._head_bytes = 0
        self._is_free = False
        self._is_paused = False
        self._is_spoilt = False
        self._keeps = True
        self._upload: asyncio.Task[None] | None = None
        self._writable: asyncio.Future[None] | None = None

    # --- requests -------------------------------------------------------------------------------------------------

    def request(self, data: bytes, *, is_head_only: bool) -> Answer:
        """Send a request; more of its body may follow by `send` or `upload`."""
        headed = asyncio.get_running_loop().create_future()
        answer = self._answer = Answer(self, headed, is_head_only=is_head_only)
        self._head_bytes = 0
        self._transport.write(data)
        return answer

    def send(self, data: bytes) -> None:
        """Send what belongs to the request."""
        self._transport.write(data)

    def upload(self, pieces: AsyncGenerator[bytes, None]) -> None:
        """Send the rest of a request's body while the answer may already come."""
        self._upload = asyncio.get_running_loop().create_task(self._uploaded(pieces))

    async def _uploaded(self, pieces: AsyncGenerator[bytes, None]) -> None:
        try:
            async for piece in pieces:
                self._transport.write(piece)
                if self._writable is not None:
                    await self._writable
        except WireError as error:
            self.fail(error)
        except Exception as error:  # noqa: BLE001 - whatever the body's maker raised, there will be no answer
            self.fail(WireError("reset", f"the request's body broke off: {type(error).__name__}"))
        finally:
            self._upload = None
            await pieces.aclose()

    def abort(self) -> None:
        """Close at once, whatever is under way."""
        self.is_open = False
        self._answer = None
        if self._upload is not None:
            self._upload.cancel()
        self._transport.abort()

    def fail(self, error: WireError) -> None:
        """Close at once and tell whoever waits for an answer why."""
        answer = self._answer
        self.abort()
        if answer is not None:
            answer.fail(error)

    def pause(self) -> None:
        """Read no more until the reader has caught up."""
        if not self._is_paused and self.is_open:
            self._is_paused = True
            self._transport.pause_reading()

    def resume(self, answer: Answer) -> None:
        """Read on, unless the connection already serves somebody else."""
        if self._is_paused and answer is self._answer and self.is_open:
            self._is_paused = False
            self._transport.resume_reading()

    # --- asyncio.Protocol -----------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what requests go to."""
        self._transport = cast("asyncio.Transport", transport)
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        """Parse what came."""
        answer = self._answer
        if answer is None:
            self.abort()  # nobody asked
            return
        answer.is_untouched = False
        if not answer.status:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self.fail(WireError("reset", f"the answer is no HTTP: {type(error).__name__}"))
            return
        if self._is_free:
            self._free()
        elif not answer.status and self._head_bytes > MAX_HEAD_BYTES:
            self.fail(WireError("reset", "the answer's headers are too large"))

    def connection_lost(self, exc: Exception | None) -> None:
        """End what was under way; a body without a length ends here as it should."""
        self.is_open = False
        answer, self._answer = self._answer, None
        if self._upload is not None:
            self._upload.cancel()
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        if answer is not None:
            if answer.status and exc is None and not answer.has_length():
                answer.end()
            else:
                what = "the body broke off" if answer.status else "the connection was closed"
                answer.fail(WireError("reset", f"{what}: {type(exc).__name__}" if exc else what))
        self._on_lost(self)

    def pause_writing(self) -> None:
        """Let an upload wait."""
        self._writable = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        """Let an upload go on."""
        waiter, self._writable = self._writable, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    # --- called by the parser -------------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """An answer begins."""
        if self._answer is None:
            self._is_spoilt = True

    def on_status(self, status: bytes) -> None:
        """Take the reason phrase, which may come in pieces."""
        if self._answer is not None:
            self._answer.reason += status

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field; those after the body are left out."""
        answer = self._answer
        if answer is not None and not answer.status:
            if len(name) + len(value) > MAX_FIELD_BYTES:
                raise ValueError("a header field is too large")
            answer.fields.append((name, value))

    def on_headers_complete(self) -> None:
        """Tell that status and headers are there; interim answers are passed over."""
        answer = self._answer
        if answer is None:
            return
        status = self._parser.get_status_code()
        if status == _SWITCHING:
            raise ValueError("nobody asked for another protocol")
        if status >= _FINAL:
            answer.begin(status)
            if answer.is_head_only:
                self._keeps = False  # the parser waits for a body that will not come
                self._complete(answer)

    def on_body(self, data: bytes) -> None:
        """Take a piece of the body."""
        if self._answer is not None:
            self._answer.add(data)

    def on_message_complete(self) -> None:
        """The answer is complete, or it was an interim one."""
        answer = self._answer
        if answer is None:
            return
        if not answer.status:
            answer.reason = b""
            answer.fields.clear()
            return
        self._keeps = self._parser.should_keep_alive()  # it would say no afterwards
        self._complete(answer)

    # --- ends -----------------------------------------------------------------------------------------------------

    def _complete(self, answer: Answer) -> None:
        self._answer = None
        self._is_free = True
        answer.end()

    def _free(self) -> None:
        """Be free for the next request, or close where that is not safe."""
        self._is_free = False
        if not self._keeps or self._is_spoilt or self._upload is not None:
            self.abort()
            return
        if self._is_paused:
            self._is_paused = False
            self._transport.resume_reading()
        self._on_free(self)
