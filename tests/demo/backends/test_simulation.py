from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import httpx
import pytest

from apim_ai.demo.backends import Simulation
from apim_ai.demo.backends.received import Received, ReceivedLog
from apim_ai.demo.backends.server import Loopback
from apim_ai.demo.embedding.recorded import RecordedVectors
from apim_ai.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from apim_ai.demo.backends import IdentityCheck

pytestmark = pytest.mark.anyio

TOKEN = {"Authorization": "Bearer ready-token"}
CALLERS = {"bot": {"azp": "bot-id", "aud": "api://gateway"}}


@pytest.fixture
async def world(identity: IdentityCheck) -> AsyncIterator[Simulation]:
    async with Simulation(identity, CALLERS, embedder=RecordedVectors({})) as simulation:
        simulation.controls.unlock("ready-token")
        yield simulation


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


async def set_fault(http: httpx.AsyncClient, world: Simulation, backend: str, *responses: object) -> None:
    answer = await http.post(world.fault_url, json={"backend": backend, "responses": responses}, headers=TOKEN)
    assert answer.status_code == 200


async def test_each_backend_has_an_address_of_its_own_on_loopback(world: Simulation) -> None:
    assert len(set(world.urls.values())) == len(world.urls)
    assert all(url.startswith("http://127.0.0.1:") for url in world.urls.values())
    assert {"aoai-ptu", "aoai-payg", "aoai-embeddings", "content-safety", "orchestrator"} <= world.urls.keys()


async def test_the_log_holds_what_came_as_it_came(world: Simulation, http: httpx.AsyncClient) -> None:
    url = f"{world.urls['aoai-ptu']}/openai/v1/chat%20x?a=1&a=2&b="
    await http.post(url, json={"q": "ü"}, headers={"X-Probe": "7"})
    (entry,) = (await http.get(world.log_url, headers=TOKEN)).json()
    assert (entry["backend"], entry["method"], entry["url"]) == ("aoai-ptu", "POST", url)
    assert entry["path"] == "/openai/v1/chat%20x"
    assert entry["query"] == {"a": ["1", "2"], "b": ""}
    assert entry["headers"]["x-probe"] == "7"
    assert entry["json"] == {"q": "ü"}
    assert (await http.delete(world.log_url, headers=TOKEN)).json() == []
    assert (await http.get(world.log_url, headers=TOKEN)).json() == []


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('{"a": NaN}', None),
        ('{"a": 1e999}', None),
        ('{"a": "\\ud800"}', {"a": "\ud800"}),
        ("[" * 100_000, None),
    ],
)
async def test_the_log_can_tell_of_any_body(
    world: Simulation, http: httpx.AsyncClient, body: str, shown: object
) -> None:
    await http.post(f"{world.urls['aoai-ptu']}/openai/v1/chat/completions", content=body)
    (entry,) = (await http.get(world.log_url, headers=TOKEN)).json()
    assert entry["body"] == body
    assert entry["json"] == shown


def test_the_log_holds_a_bounded_amount_of_bodies() -> None:
    log = ReceivedLog()
    for number in range(10):
        log.add(Received("aoai-ptu", "POST", f"/{number}", {}, bytes(16 * 1024 * 1024), 0.0))
    assert [entry.path for entry in log.entries()] == ["/6", "/7", "/8", "/9"]


async def test_the_log_can_be_asked_what_came_since(world: Simulation, http: httpx.AsyncClient) -> None:
    await http.get(world.urls["aoai-ptu"])
    mark = world.log.mark()
    await http.get(world.urls["aoai-payg"])
    await http.get(world.urls["aoai-ptu"])
    assert [entry.backend for entry in world.log.since(mark)] == ["aoai-payg", "aoai-ptu"]
    assert [entry.backend for entry in world.log.since(mark, "aoai-ptu")] == ["aoai-ptu"]
    assert world.log.since(world.log.mark()) == ()


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer other"}, {"Authorization": "ready-token"}])
async def test_the_controls_need_the_token(world: Simulation, http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    for url in (world.mint_url, world.fault_url):
        assert (await http.post(url, json={}, headers=headers)).status_code == 401
    assert (await http.get(world.log_url, headers=headers)).status_code == 401


async def test_locked_controls_take_no_token(identity: IdentityCheck, http: httpx.AsyncClient) -> None:
    async with Simulation(identity, embedder=RecordedVectors({})) as world:
        assert (await http.get(world.log_url, headers={"Authorization": "Bearer None"})).status_code == 401


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"caller": "nobody"}, "nobody"),
        ({"tamper": "all"}, "tamper"),
        ({"expires": 5}, "expires"),
        ({"expires_in": "soon"}, "expires_in"),
        ({"claims": []}, "claims"),
        ([], "object"),
    ],
)
async def test_a_wrong_request_for_a_token_is_explained(
    world: Simulation, http: httpx.AsyncClient, body: object, named: str
) -> None:
    answer = await http.post(world.mint_url, json=body, headers=TOKEN)
    assert answer.status_code == 400
    assert named in answer.json()["error"]["message"]


async def test_a_token_of_a_caller_takes_further_claims(world: Simulation, http: httpx.AsyncClient) -> None:
    answer = await http.post(
        world.mint_url, json={"caller": "bot", "claims": {"aud": "api://other"}, "expires_in": 5}, headers=TOKEN
    )
    assert answer.json()["token"].count(".") == 2
    assert answer.json()["expires_in"] == 5


async def test_a_scripted_answer_goes_over_the_wire(world: Simulation, http: httpx.AsyncClient) -> None:
    fault = {"status": 429, "headers": {"Retry-After": "7"}, "json": {"error": {"code": "429"}}}
    await set_fault(http, world, "aoai-ptu", fault)
    answer = await http.get(world.urls["aoai-ptu"])
    assert (answer.status_code, answer.headers["retry-after"], answer.json()) == (429, "7", fault["json"])
    await set_fault(http, world, "aoai-ptu")
    assert (await http.get(world.urls["aoai-ptu"])).status_code == 401


@pytest.mark.parametrize("error", ["connect", "reset"])
async def test_a_dropped_connection_has_no_answer(world: Simulation, http: httpx.AsyncClient, error: str) -> None:
    await set_fault(http, world, "aoai-payg", {"error": error})
    with pytest.raises(httpx.TransportError):
        await http.get(world.urls["aoai-payg"])


async def test_a_stream_that_is_cut_has_no_end(world: Simulation, http: httpx.AsyncClient) -> None:
    await set_fault(http, world, "aoai-payg", {"sse": ["one", "two", "three"], "reset_after": 2})
    got: list[bytes] = []
    with pytest.raises(httpx.TransportError):
        await _read_stream(http, world.urls["aoai-payg"], got)
    assert b"".join(got) == b"data: one\n\ndata: two\n\n"


async def test_a_backend_that_never_answers_lets_go_when_the_caller_leaves(
    world: Simulation, http: httpx.AsyncClient
) -> None:
    await set_fault(http, world, "aoai-payg", {"error": "timeout"})
    asked = asyncio.create_task(http.get(world.urls["aoai-payg"]))
    while not world.log.entries():  # noqa: ASYNC110 - the log has no event for it
        await asyncio.sleep(0)
    assert [entry.backend for entry in world.log.entries()] == ["aoai-payg"]
    assert not asked.done()
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked


async def test_many_at_once(world: Simulation, http: httpx.AsyncClient) -> None:
    async def one() -> int:
        return (await http.get(world.urls["orchestrator"] + "/health")).status_code

    assert await asyncio.gather(*(one() for _ in range(64))) == [200] * 64


async def test_a_port_in_use_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OutsideError, match=f'{port} .* "a"'):
            await Loopback({"a": _nothing}, {"a": port}).start()


async def test_addresses_are_free_again_after_the_end(identity: IdentityCheck) -> None:
    async with Simulation(identity, embedder=RecordedVectors({})) as world:
        port = int(world.urls["aoai-ptu"].rpartition(":")[2])
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))


async def _read_stream(http: httpx.AsyncClient, url: str, got: list[bytes]) -> None:
    async with http.stream("GET", url) as response:
        async for chunk in response.aiter_bytes():
            got.append(chunk)  # noqa: PERF401 - what came before the cut is the point


async def _nothing(_scope: object, _receive: object, _send: object) -> None:
    raise AssertionError
