"""The control plane behind a socket, called with a plain HTTP client."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from apim_ai.arm import Failure, Options, Store

from .conftest import SERVICE, TOKEN, VERSION, FixedClock, Live

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def client(live: Live, token: str | None = TOKEN) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return httpx.Client(base_url=live.url, headers=headers, params={"api-version": VERSION})


def test_health_needs_no_token(live: Callable[..., Live]) -> None:
    with client(live(), None) as http:
        assert http.get("/healthz").json() == {"status": "ok"}
        assert http.head("/healthz").content == b""


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer \xe9"])
def test_without_the_token_everything_is_401(live: Callable[..., Live], header: str | None) -> None:
    with client(live(), None) as http:
        headers = [] if header is None else [(b"Authorization", header.encode("latin-1"))]
        for path in (f"{SERVICE}/apis", "/requests", "/nonsense"):
            answer = http.get(path, headers=headers)
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert answer.json()["error"]["code"] in {"AuthenticationFailed", "InvalidAuthenticationToken"}


def test_identifiers_are_answered(live: Callable[..., Live]) -> None:
    with client(live()) as http:
        answer = http.get(
            f"{SERVICE}/apis", headers={"x-ms-client-request-id": "mine", "x-ms-correlation-request-id": "c"}
        )
        assert answer.headers["x-ms-client-request-id"] == "mine"
        assert answer.headers["x-ms-correlation-request-id"] == "c"
        assert answer.headers["x-ms-request-id"]
        assert int(answer.headers["x-ms-ratelimit-remaining-subscription-reads"]) > 0


def test_links_lead_back_to_where_the_caller_came_from(live: Callable[..., Live]) -> None:
    running = live()
    with client(running) as http:
        for number in range(101):
            http.put(f"{SERVICE}/tags/t{number}", json={"properties": {"displayName": "T"}})
        link = http.get(f"{SERVICE}/tags").json()["nextLink"]
        assert link.startswith(f"{running.url}/subscriptions/")
        assert len(httpx.get(link, headers=http.headers).json()["value"]) == 1


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b'{"a":NaN}', b"[" * 5000])
def test_a_body_that_is_no_json_is_refused(live: Callable[..., Live], content: bytes) -> None:
    with client(live()) as http:
        answer = http.put(f"{SERVICE}/tags/t", content=content)
        assert answer.status_code == 400
        assert answer.json()["error"]["code"] == "InvalidRequestContent"


def test_a_body_that_is_too_large_is_refused(live: Callable[..., Live]) -> None:
    with client(live()) as http:
        assert http.put(f"{SERVICE}/tags/t", content=b" " * (16 * 1024 * 1024 + 1)).status_code == 413


def test_the_log_has_what_was_asked_and_no_secrets(live: Callable[..., Live]) -> None:
    with client(live()) as http:
        body = {"properties": {"displayName": "n", "value": "s3cr3t", "secret": True}}
        http.put(f"{SERVICE}/namedValues/n", json=body, headers={"If-Match": "*"})
        http.get(f"{SERVICE}/namedValues/none")
        log = http.get("/requests").json()["requests"]
        assert [
            (entry["method"], entry["path"].rsplit("/", 1)[-1], entry["status"], entry["has_match"]) for entry in log
        ] == [
            ("PUT", "n", 201, True),
            ("GET", "none", 404, False),
        ]
        assert "s3cr3t" not in str(log)
        assert TOKEN not in str(log)
        assert http.delete("/requests").status_code == 204
        assert http.get("/requests").json() == {"requests": []}


def test_latency_is_waited_for_with_the_clock_that_was_handed_in(live: Callable[..., Live]) -> None:
    clock = FixedClock()
    with client(live(Options(latency_seconds=0.25), clock=clock)) as http:
        http.get(f"{SERVICE}/tags")
    assert clock.waited == [0.25]


def test_stale_reads_do_not_see_a_write_that_is_there(live: Callable[..., Live]) -> None:
    clock = FixedClock()
    with client(live(Options(stale_seconds=0.5), clock=clock)) as http:
        assert http.put(f"{SERVICE}/tags/t", json={"properties": {"displayName": "T"}}).status_code == 201
        assert http.get(f"{SERVICE}/tags/t").status_code == 404
        assert http.put(f"{SERVICE}/tags/t", json={"properties": {"displayName": "T"}}).status_code == 200
        clock.time += 1
        assert http.get(f"{SERVICE}/tags/t").status_code == 200


def test_a_dropped_connection_changes_nothing_and_a_lost_answer_does(live: Callable[..., Live]) -> None:
    for what, is_there in (("drop", False), ("lost", True)):
        store = Store()
        failure = Failure("drop" if what == "drop" else "lost", 1.0, frozenset({"PUT"}))
        with client(live(Options(failures=(failure,)), store)) as http:
            with pytest.raises(httpx.TransportError):
                http.put(f"{SERVICE}/tags/t", json={"properties": {"displayName": "T"}})
            assert (http.get(f"{SERVICE}/tags/t").status_code == 200) == is_there


def test_a_busy_api_is_409_until_its_write_is_done(live: Callable[..., Live]) -> None:
    with client(live(Options(latency_seconds=0.2, is_busy=True, polls=0))) as http:

        def write(number: int) -> int:
            body = {"properties": {"displayName": "Shop", "path": f"p{number}"}}
            return http.put(f"{SERVICE}/apis/shop", json=body).status_code

        with ThreadPoolExecutor(4) as pool:
            statuses = sorted(pool.map(write, range(4)))
        assert statuses == [201, 409, 409, 409]


def test_many_writers_at_once_lose_nothing(live: Callable[..., Live], tmp_path: Path) -> None:
    store = Store(tmp_path / "s.db")
    with client(live(store=store)) as http, ThreadPoolExecutor(16) as pool:

        def write(number: int) -> int:
            body = {"properties": {"displayName": f"n{number}", "value": "v"}}
            return http.put(f"{SERVICE}/namedValues/n{number}", json=body).status_code

        assert set(pool.map(write, range(200))) == {201}
        assert http.get(f"{SERVICE}/namedValues").json()["count"] == 200


_CRASHING = """
import asyncio, sys
from pathlib import Path
from apim_ai.arm import ControlPlane, Options, Store, World
from apim_ai.arm.call import Call

async def main():
    world = World(Store(Path(sys.argv[1])), lambda *_: ())
    plane = ControlPlane(world, token="t", options=Options(crash_after=3))
    for number in range(10):
        body = b'{"properties": {"displayName": "T"}}'
        scope = {"type": "http", "method": "PUT", "path": sys.argv[2] + f"/tags/t{number}", "query_string": b"api-version=2024-05-01",
                 "headers": [(b"authorization", b"Bearer t")]}
        async def receive():
            return {"type": "http.request", "body": body}
        async def send(message):
            if message["type"] == "http.response.start":
                print(number, message["status"], flush=True)
        await plane(scope, receive, send)

asyncio.run(main())
"""


def test_a_killed_process_keeps_all_that_it_had_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    ended = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _CRASHING, str(path), SERVICE], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 137
    acknowledged = [line.split()[0] for line in ended.stdout.splitlines()]
    assert acknowledged == ["0", "1"]
    store = Store(path)
    assert [entity.resource.name for entity in store.of("tag")] == ["t0", "t1", "t2"]


_SERVING = """
import socket, sys
from pathlib import Path
import uvicorn
from apim_ai.arm import ControlPlane, Store, World

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
plane = ControlPlane(World(Store(Path(sys.argv[1])), lambda *_: ()), token=sys.argv[2])
uvicorn.Server(uvicorn.Config(plane, log_config=None, lifespan="off")).run(sockets=[listener])
"""


def test_a_process_killed_among_many_writers_keeps_all_that_it_had_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    line = [sys.executable, "-c", _SERVING, str(path), TOKEN]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own program
        assert process.stdout is not None
        live = Live(f"http://127.0.0.1:{process.stdout.readline().strip()}", None)
        acknowledged: list[str] = []

        def write(writer: int) -> None:
            with client(live) as http:
                for number in range(1000):
                    name = f"w{writer}n{number}"
                    try:
                        answer = http.put(f"{SERVICE}/tags/{name}", json={"properties": {"displayName": name}})
                    except httpx.TransportError:
                        return
                    assert answer.status_code == 201
                    acknowledged.append(name)
                    if len(acknowledged) == 120:
                        process.kill()

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(write, range(8)))
    kept = {entity.resource.name for entity in Store(path).of("tag")}
    assert len(acknowledged) >= 120
    assert set(acknowledged) <= kept
    assert len(kept) <= len(acknowledged) + 8
