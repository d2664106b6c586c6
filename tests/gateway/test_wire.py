"""What the wire sends and understands, against a backend that does as it pleases: raw bytes over sockets."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from tests.gateway.site import OK, Visit, asked, callout, content, pieces, site

from apim_ai.gateway import http1
from apim_ai.message import Body
from apim_ai.runtime import WireError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


# --- answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "status", "body"),
    [
        (OK, 200, b"ok"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", 200, b"abc"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX-T: late\r\n\r\n", 200, b"ab"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, b""),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: a\r\n\r\n" + OK, 200, b"ok"),
        (b"HTTP/1.1 200 OK\r\nUpgrade: h2c\r\nConnection: upgrade\r\nContent-Length: 2\r\n\r\nok", 200, b"ok"),
        (b"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", 200, b""),
        (b"HTTP/1.1 599 Odd\r\nContent-Length: 0\r\n\r\n", 599, b""),
    ],
)
async def test_answers_of_all_forms_leave_the_connection_usable(raw: bytes, status: int, body: bytes):
    async with site(raw) as (served, wire):
        for _ in range(2):
            assert await asked(served, wire) == (status, body)
    assert served.connections == 1


async def test_a_body_without_a_length_ends_with_the_connection():
    async def answers(visit: Visit) -> None:
        await visit.write(b"HTTP/1.1 200 OK\r\n\r\nab")
        await visit.write(b"cd")
        visit.close()

    async with site(answers) as (served, wire):
        assert await asked(served, wire) == (200, b"abcd")
        assert await asked(served, wire) == (200, b"abcd")
    assert served.connections == 2


async def test_reason_and_fields_are_as_they_came():
    raw = b"HTTP/1.1 299 My Reason\r\nX-Empty:\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nContent-Length: 0\r\n\r\n"

    async def slowly(visit: Visit) -> None:
        for index in range(len(raw)):
            await visit.write(raw[index : index + 1])
            await asyncio.sleep(0)

    async with site(slowly) as (served, wire):
        response = await wire.send(callout(served))
    assert (response.status, response.reason, response.body) == (299, "My Reason", None)
    assert response.headers.values("Set-Cookie") == ("a=1", "b=2")
    assert response.headers.get("X-Empty") == ""


async def test_an_interim_answer_leaves_nothing_in_the_final_one():
    async with site(b"HTTP/1.1 103 Hints\r\nLink: a\r\n\r\n" + OK) as (served, wire):
        response = await wire.send(callout(served))
    assert (response.reason, response.headers.names()) == ("OK", ("Content-Length",))


async def test_trailers_are_no_header_fields():
    raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Late: 1\r\n\r\n"
    async with site(raw) as (served, wire):
        response = await wire.send(callout(served))
        await content(response)
    assert "X-Late" not in response.headers


async def test_the_answer_to_head_has_no_body_and_its_connection_is_not_used_again():
    async with site(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n") as (served, wire):
        response = await wire.send(callout(served, "HEAD"))
        assert (response.body, response.headers.get("Content-Length")) == (None, "7")
        await wire.send(callout(served, "HEAD"))
    assert served.connections == 2


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
    ],
)
async def test_a_connection_that_the_backend_gives_up_is_not_used_again(raw: bytes):
    async with site(raw) as (served, wire):
        assert await asked(served, wire) == (200, b"ok")
        assert await asked(served, wire) == (200, b"ok")
    assert served.connections == 2


@pytest.mark.parametrize("more", [OK.replace(b"ok", b"no"), b"garbage", b"\0"])
async def test_what_nobody_asked_for_is_nobody_s_answer(more: bytes):
    async def answers(visit: Visit) -> None:
        await visit.write(OK + more)

    async with site(answers) as (served, wire):
        for _ in range(3):
            assert await asked(served, wire) == (200, b"ok")
    assert served.connections == 3


async def test_what_comes_while_nothing_is_asked_closes_the_connection():
    async def answers(visit: Visit) -> None:
        await visit.write(OK)
        if visit.number == 1:
            await visit.write(OK.replace(b"ok", b"no"))

    async with site(answers) as (served, wire):
        assert await asked(served, wire) == (200, b"ok")
        await served.lost.wait()
        assert await asked(served, wire) == (200, b"ok")
    assert served.connections == 2


@pytest.mark.parametrize(
    "raw",
    [
        b"garbage\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\0: c\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * (http1.MAX_FIELD_BYTES + 1) + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * (http1.MAX_HEAD_BYTES + 1),
        b"HTTP/1.1 100 Continue\r\n\r\n" * (http1.MAX_HEAD_BYTES // 20),
    ],
)
async def test_what_is_no_answer_is_a_reset(raw: bytes):
    async with site(raw) as (served, wire):
        with pytest.raises(WireError) as caught:
            await wire.send(callout(served, "POST"))
        await served.lost.wait()
    assert caught.value.kind == "reset"
    assert f"127.0.0.1:{served.port}" in str(caught.value)


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\nzz\r\n",
    ],
)
async def test_a_body_that_breaks_off_is_no_whole_body(raw: bytes):
    async def answers(visit: Visit) -> None:
        await visit.write(raw[:-1])
        await visit.write(raw[-1:])
        visit.close()

    async with site(answers) as (served, wire):
        response = await wire.send(callout(served))
        with pytest.raises(WireError) as caught:
            await content(response)
    assert caught.value.kind == "reset"


async def test_a_known_length_is_told():
    async def answers(visit: Visit) -> None:
        await visit.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab")
        await visit.reader.read(1)

    async with site(answers) as (served, wire):
        response = await wire.send(callout(served))
        assert response.body is not None
        assert response.body.length == 4
        await response.body.discard()
        await served.lost.wait()


async def test_an_answer_that_is_thrown_away_closes_its_connection():
    async def answers(visit: Visit) -> None:
        await visit.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab")

    async with site(answers) as (served, wire):
        response = await wire.send(callout(served))
        assert response.body is not None
        await response.body.discard()
        await served.lost.wait()
        await wire.send(callout(served))
    assert served.connections == 2


async def test_a_caller_who_waits_no_longer_closes_the_connection():
    arrived = asyncio.Event()

    async def silence(visit: Visit) -> None:
        arrived.set()
        await visit.reader.read(1)

    async with site(silence) as (served, wire):
        task = asyncio.create_task(wire.send(callout(served)))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await served.lost.wait()


async def test_a_reader_who_is_slow_makes_the_backend_wait():
    whole = b"x" * 20_000_000
    written = asyncio.Event()

    async def much(visit: Visit) -> None:
        await visit.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(whole) + whole)
        written.set()

    async with site(much) as (served, wire):
        response = await wire.send(callout(served))
        for _ in range(50):
            await asyncio.sleep(0)
        assert not written.is_set()
        assert await content(response) == whole
        assert (await asked(served, wire))[0] == 200
    assert served.connections == 1


# --- requests ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "body", "lengths"),
    [
        ("GET", None, []),
        ("POST", None, [b"0"]),
        ("DELETE", None, [b"0"]),
        ("GET", Body(b""), [b"0"]),
        ("POST", Body(b"ab"), [b"2"]),
    ],
)
async def test_the_length_is_that_of_the_body(method: str, body: Body | None, lengths: list[bytes]):
    async def answers(visit: Visit) -> None:
        await visit.reader.readexactly(0 if body is None else len(body.content or b""))
        await visit.write(OK)

    async with site(answers) as (served, wire):
        await asked(served, wire, method, "/x", body, Content_Length="77", Transfer_Encoding="chunked")
    lines = served.heads[0].split(b"\r\n")
    assert [line.split(b": ")[1] for line in lines if line.startswith(b"Content-Length")] == lengths
    assert b"chunked" not in served.heads[0]


async def test_a_request_is_what_was_given_and_a_host():
    async with site(OK) as (served, wire):
        await asked(served, wire, "GET", "/a%2Fb?c=%41", X_A="1")
        await asked(served, wire, "GET", "/", Host="other.test")
    assert served.heads[0] == f"GET /a%2Fb?c=%41 HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nX-A: 1\r\n\r\n".encode()
    assert served.heads[1] == b"GET / HTTP/1.1\r\nHost: other.test\r\n\r\n"


async def test_what_may_not_stand_in_a_target_is_encoded():
    async with site(OK) as (served, wire):
        await asked(served, wire, "GET", "/a b\r\nX: ä%20")
    assert served.heads[0].startswith(b"GET /a%20b%0D%0AX:%20%C3%A4%20 HTTP/1.1\r\n")


@pytest.mark.parametrize("value", ["a\r\nX-B: 1", "a\nb", "a\rb", "a\0b"])
@pytest.mark.parametrize("place", ["value", "name", "host"])
async def test_a_line_break_cannot_smuggle_a_header(value: str, place: str):
    async with site(OK) as (served, wire):
        given = callout(served)
        given.headers.set(*{"value": ("X-A", value), "name": (value, "x"), "host": ("Host", value)}[place])
        with pytest.raises(WireError, match="cannot be sent"):
            await wire.send(given)
    assert served.connections == 0


@pytest.mark.parametrize("method", ["", "GET /x HTTP/1.1\r\n", "A B", "É"])
async def test_a_method_that_is_none_is_not_sent(method: str):
    async with site(OK) as (served, wire):
        with pytest.raises(WireError, match="method"):
            await wire.send(callout(served, method))
    assert served.connections == 0


async def test_a_large_body_arrives_whole():
    whole = bytes(range(256)) * 10_000
    seen: list[bytes] = []

    async def answers(visit: Visit) -> None:
        seen.append(await visit.reader.readexactly(len(whole)))
        await visit.write(OK)

    async with site(answers) as (served, wire):
        assert await asked(served, wire, "POST", "/x", Body(whole)) == (200, b"ok")
    assert seen == [whole]


async def test_a_stream_goes_out_in_chunks():
    seen: list[bytes] = []

    async def answers(visit: Visit) -> None:
        seen.append(await visit.reader.readuntil(b"0\r\n\r\n"))
        await visit.write(OK)

    async with site(answers) as (served, wire):
        body = Body(stream=pieces(b"ab", b"", b"c"))
        assert await asked(served, wire, "POST", "/x", body) == (200, b"ok")
        assert await asked(served, wire, "POST", "/x", Body(stream=pieces(b"d"))) == (200, b"ok")
    assert seen == [b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", b"1\r\nd\r\n0\r\n\r\n"]
    assert b"Transfer-Encoding: chunked\r\n" in served.heads[0]
    assert served.connections == 1


async def test_a_stream_of_known_length_goes_out_as_it_is():
    seen: list[bytes] = []

    async def answers(visit: Visit) -> None:
        seen.append(await visit.reader.readexactly(3))
        await visit.write(OK)

    async with site(answers) as (served, wire):
        await asked(served, wire, "POST", "/x", Body(stream=pieces(b"ab", b"c")), Content_Length="3")
    assert seen == [b"abc"]
    assert b"Content-Length: 3\r\n" in served.heads[0]


@pytest.mark.parametrize("length", ["2", "4"])
async def test_a_stream_of_another_length_than_it_says_is_not_passed_on(length: str):
    async def answers(visit: Visit) -> None:
        await visit.reader.read(-1)

    async with site(answers) as (served, wire):
        with pytest.raises(WireError, match="length"):
            await asked(served, wire, "POST", "/x", Body(stream=pieces(b"ab", b"c")), Content_Length=length)
        await served.lost.wait()


async def test_an_answer_before_the_body_is_sent_ends_the_sending():
    closed = asyncio.Event()

    async def endless() -> AsyncGenerator[bytes, None]:
        try:
            while True:
                yield b"x" * 1000
                await asyncio.sleep(0)
        finally:
            closed.set()

    async with site(OK) as (served, wire):
        assert await asked(served, wire, "POST", "/x", Body(stream=endless())) == (200, b"ok")
        await closed.wait()
        await served.lost.wait()
        assert await asked(served, wire) == (200, b"ok")
    assert served.connections == 2


async def test_an_answer_that_was_given_up_is_not_waited_for():
    async def answers(visit: Visit) -> None:
        await visit.write(OK[:-2])
        await visit.reader.read(1)

    async with site(answers) as (served, wire):
        response = await wire.send(callout(served))
        assert response.body is not None
        await response.body.discard()
        with pytest.raises(WireError, match="given up"):
            await response.body.buffer()


async def test_a_body_whose_maker_fails_is_a_reset():
    async def broken() -> AsyncGenerator[bytes, None]:
        yield b"x"
        raise KeyError("secret")

    async def answers(visit: Visit) -> None:
        await visit.reader.read(-1)

    async with site(answers) as (served, wire):
        with pytest.raises(WireError, match="broke off: KeyError") as caught:
            await wire.send(callout(served, "POST", "/x", Body(stream=broken())))
        await served.lost.wait()
    assert "secret" not in str(caught.value)


async def test_a_caller_s_body_that_breaks_off_is_a_reset():
    async def broken() -> AsyncGenerator[bytes, None]:
        yield b"x"
        raise WireError("reset", "the caller went away")

    async def answers(visit: Visit) -> None:
        await visit.reader.read(-1)

    async with site(answers) as (served, wire):
        with pytest.raises(WireError, match="the caller went away"):
            await wire.send(callout(served, "POST", "/x", Body(stream=broken())))
        await served.lost.wait()
