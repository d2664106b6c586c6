"""Connections to backends: kept, given up, opened with TLS, through a proxy, or not at all."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.gateway.site import OK, Visit, asked, callout, content, site

from apim_ai.gateway import connections
from apim_ai.gateway.wire import HttpWire
from apim_ai.message import Body, Headers, Url
from apim_ai.runtime import Callout, WireError

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize(
    ("method", "body", "works"),
    [("GET", None, True), ("PUT", Body(b"x"), True), ("POST", Body(b"x"), False), ("POST", None, False)],
)
async def test_a_connection_closed_while_idle_is_noticed_late(method: str, body: Body | None, works: bool):
    async def answers(visit: Visit) -> None:
        if visit.number == 2:
            visit.close()  # as if the idle connection had been closed at this very moment
        else:
            await visit.write(OK)

    async with site(answers) as (served, wire):
        await asked(served, wire)
        if works:
            assert await asked(served, wire, method, "/x", body) == (200, b"ok")
            assert len(served.heads) == 3
        else:
            with pytest.raises(WireError, match="closed"):
                await asked(served, wire, method, "/x", body)
            assert len(served.heads) == 2


async def test_a_new_connection_that_is_closed_is_not_tried_again():
    async def answers(visit: Visit) -> None:
        visit.close()

    async with site(answers) as (served, wire):
        with pytest.raises(WireError) as caught:
            await wire.send(callout(served))
    assert (caught.value.kind, served.connections) == ("reset", 1)


async def test_connections_are_used_again_and_never_by_two_at_once():
    async def answers(visit: Visit) -> None:
        mine = visit.head.split(b" ")[1][1:]
        await visit.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(5):
            await visit.write(b"%x\r\n%b\r\n" % (len(mine), mine))
            await asyncio.sleep(0)
        await visit.write(b"0\r\n\r\n")

    async with site(answers) as (served, wire):
        for _ in range(3):
            found = await asyncio.gather(*(asked(served, wire, "GET", f"/{number}-") for number in range(64)))
            assert found == [(200, f"{number}-".encode() * 5) for number in range(64)]
    assert served.connections == 64


async def test_a_connection_that_was_free_for_long_is_closed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connections, "KEEP_ALIVE_SECONDS", 0.0)
    async with site(OK) as (served, wire):
        await asked(served, wire)
        await served.lost.wait()
        await asked(served, wire)
    assert served.connections == 2


async def test_the_end_closes_all_connections():
    async with site(OK) as (served, wire):
        await asked(served, wire)
        await wire.aclose()
        await served.lost.wait()


@pytest.mark.parametrize("begins", [False, True])
async def test_the_end_is_told_to_those_who_wait(*, begins: bool):
    arrived = asyncio.Event()

    async def answers(visit: Visit) -> None:
        if begins:
            await visit.write(OK[:-1])
        arrived.set()
        await visit.reader.read(1)

    async def whole(wire: HttpWire, given: Callout) -> bytes:
        return await content(await wire.send(given))

    async with site(answers) as (served, wire):
        asking = asyncio.create_task(whole(wire, callout(served)))
        await arrived.wait()
        await wire.aclose()
        with pytest.raises(WireError, match=r"closes its connections|broke off"):
            await asking


async def test_nobody_listens():
    async with site(OK) as (served, wire):
        pass
    with pytest.raises(WireError) as caught:
        await wire.send(callout(served))
    assert caught.value.kind == "connect"


async def test_a_name_that_nobody_has(monkeypatch: pytest.MonkeyPatch):
    async def unknown(*_: object, **__: object) -> list[Any]:
        raise OSError("no such host")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    with pytest.raises(WireError) as caught:
        await HttpWire().send(Callout("GET", Url.parse("http://nowhere.test/"), Headers()))
    assert (caught.value.kind, str(caught.value)) == ("connect", "cannot connect to nowhere.test:80")


async def test_a_backend_that_accepts_nothing(monkeypatch: pytest.MonkeyPatch):
    async def endless(*_: object, **__: object) -> list[Any]:
        return await asyncio.get_running_loop().create_future()

    monkeypatch.setattr(connections, "CONNECT_SECONDS", 0.0)
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", endless)
    with pytest.raises(WireError) as caught:
        await HttpWire().send(Callout("GET", Url.parse("http://slow.test/"), Headers()))
    assert caught.value.kind == "timeout"


@pytest.mark.parametrize("kept", [0, 1])
async def test_an_answer_that_does_not_begin_in_time_is_given_up(kept: int):
    async def answers(visit: Visit) -> None:
        if visit.number <= kept:
            await visit.write(OK)
        else:
            await visit.reader.read(1)

    async with site(answers) as (served, wire):
        for _ in range(kept):
            await asked(served, wire)
        given = callout(served)
        given.timeout = 0.01
        with pytest.raises(WireError, match=r"no response within 0\.01 s") as caught:
            await wire.send(given)
        await served.lost.wait()
    assert (caught.value.kind, served.connections) == ("timeout", 1)


async def test_the_time_limit_is_for_the_head_alone():
    go_on = asyncio.Event()

    async def answers(visit: Visit) -> None:
        await visit.write(OK[:-1])
        await go_on.wait()
        await visit.write(OK[-1:])

    async with site(answers) as (served, wire):
        given = callout(served)
        given.timeout = 0.05
        response = await wire.send(given)
        asyncio.get_running_loop().call_later(0.1, go_on.set)
        assert await content(response) == b"ok"


async def test_a_proxy_is_asked_for_the_whole_url():
    async with site(OK) as (served, wire):
        given = Callout("POST", Url.parse("http://backend.test/x?y=1"), Headers([("X-A", "1")]), Body(b"ab"))
        given.proxy = f"http://me:word@127.0.0.1:{served.port}"
        response = await wire.send(given)
        assert (response.status, await content(response)) == (200, b"ok")
    lines = served.heads[0].split(b"\r\n")
    assert lines[0] == b"POST http://backend.test/x?y=1 HTTP/1.1"
    assert {b"Host: backend.test", b"X-A: 1", b"Content-Length: 2", b"Proxy-Authorization: Basic bWU6d29yZA=="} <= set(
        lines
    )


@pytest.mark.parametrize(("verify", "kind"), [(True, "connect"), (False, None)])
async def test_a_certificate_must_be_trusted_unless_told_otherwise(tmp_path: Path, *, verify: bool, kind: str | None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own_certificate(tmp_path))
    async with site(OK, context) as (served, wire):
        given = callout(served)
        given.url = given.url.replace(scheme="https", port=served.port)
        given.verify_chain = verify
        if kind is not None:
            with pytest.raises(WireError) as caught:
                await wire.send(given)
            assert caught.value.kind == kind
        else:
            for _ in range(2):
                assert await content(await wire.send(given)) == b"ok"
            assert served.connections == 1


def own_certificate(folder: Path) -> Path:
    """Return a file with a key and a certificate that nobody trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "backend.test")])
    now = datetime.now(tz=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
    file = folder / "server.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(secret + made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    return file


async def test_a_host_in_another_script_is_sent_in_its_ascii_form(monkeypatch: pytest.MonkeyPatch):
    async with site(OK) as (served, wire):
        found = [(2, 1, 6, "", ("127.0.0.1", served.port))]

        async def known(*_: object, **__: object) -> list[Any]:
            return found

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", known)
        await wire.send(Callout("GET", Url("http", "bücher.test", 80, "/"), Headers()))
    assert b"Host: xn--bcher-kva.test\r\n" in served.heads[0]
