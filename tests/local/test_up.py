"""`up` with a gateway that only counts, in this process and in one of its own."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from apim_ai.config.instance import LOCAL_SERVICE, find_instance
from apim_ai.errors import ConfigError, OutsideError
from apim_ai.local import UpOptions, running
from apim_ai.local.servers import bind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from apim_ai.resource import Resources

VERSION = {"api-version": "2024-05-01"}


class Counting:
    """A gateway that answers with the number of named values it serves."""

    def __init__(self, resources: Resources) -> None:
        self.resources = resources

    def reload(self, resources: Resources, /) -> None:
        self.resources = resources

    async def asgi(self, scope: Any, receive: Any, send: Any) -> None:
        content = str(len(self.resources.of("named_value"))).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": content})

    async def aclose(self) -> None:
        """Nothing to release."""


def options(directory: Path, **changes: Any) -> UpOptions:
    made = UpOptions(0, 0, directory / "state", directory / "user", make_gateway=Counting)
    return replace(made, **changes)


def test_a_change_at_the_control_plane_is_served_by_the_gateway_at_once(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(options(tmp_path)) as instance, httpx.AsyncClient() as http:
            assert instance.gateway is not None
            headers = {"Authorization": f"Bearer {instance.token}"}
            for number in range(3):
                body = {"properties": {"displayName": f"n{number}", "value": "v"}}
                url = f"{instance.control_plane}{LOCAL_SERVICE}/namedValues/n{number}"
                answer = await http.put(url, json=body, headers=headers, params=VERSION)
                assert answer.status_code == 201
                assert (await http.get(instance.gateway)).text == str(number + 1)
            states = [
                (await http.get(f"{base}/healthz")).headers["x-apim-ai-state"]
                for base in (instance.gateway, instance.control_plane)
            ]
            assert states[0] == states[1]
            service = await http.get(f"{instance.control_plane}{LOCAL_SERVICE}", headers=headers, params=VERSION)
            assert service.json()["properties"]["gatewayUrl"] == instance.gateway

    asyncio.run(main())


def test_it_is_on_record_while_it_runs_and_its_state_and_token_stay(tmp_path: Path) -> None:
    def found() -> object:
        return find_instance(environ={}, state=tmp_path / "state", user=tmp_path / "user")

    async def main() -> str:
        async with running(options(tmp_path)) as instance, httpx.AsyncClient() as http:
            assert found() == instance
            assert find_instance(environ={}, state=tmp_path / "no", user=tmp_path / "user") == instance
            url = f"{instance.control_plane}{LOCAL_SERVICE}/tags/t"
            headers = {"Authorization": f"Bearer {instance.token}"}
            status = (await http.get(url, headers=headers, params=VERSION)).status_code
            await http.put(url, json={"properties": {"displayName": "T"}}, headers=headers, params=VERSION)
            return f"{status} {instance.token}"

    first = asyncio.run(main())
    with pytest.raises(OutsideError):
        found()
    second = asyncio.run(main())
    assert first.split()[0] == "404"
    assert second.split()[0] == "200"
    assert first.split()[1] == second.split()[1]


def test_a_port_in_use_costs_nothing_but_the_message(tmp_path: Path) -> None:
    taken = bind(0, "--gateway-port")

    async def main() -> None:
        async with running(options(tmp_path, control_plane_port=taken.getsockname()[1])):
            pytest.fail("it started")

    with pytest.raises(OutsideError, match="address already in use"):
        asyncio.run(main())
    taken.close()
    assert not (tmp_path / "state").exists()


def test_two_cannot_use_one_state(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(options(tmp_path)):
            with pytest.raises(OutsideError, match="in use by another process"):
                async with running(options(tmp_path)):
                    pytest.fail("it started")

    asyncio.run(main())


def test_a_damaged_state_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "state.db").write_text("not a database, but long enough to be looked at")

    async def main() -> None:
        async with running(options(tmp_path)):
            pytest.fail("it started")

    with pytest.raises(ConfigError):
        asyncio.run(main())


_PROGRAM = """
import asyncio, sys
from pathlib import Path
from apim_ai.local import UpOptions, serve

class Slow:
    def __init__(self, resources): pass
    def reload(self, resources): pass
    async def aclose(self): print("closed", flush=True)
    async def asgi(self, scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"begun ", "more_body": True})
        print("begun", flush=True)
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.body", "body": b"and done"})

base = Path(sys.argv[1])
options = UpOptions(gateway_port=0, control_plane_port=0, state=base / "state", user=base / "user", make_gateway=Slow)
serve(options, lambda instance: print(instance.gateway, flush=True))
"""


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", _PROGRAM, str(tmp_path)]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program
    yield started
    if started.poll() is None:
        started.kill()
    started.communicate()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0_after_the_last_answer(
    tmp_path: Path, process: subprocess.Popen[str], number: signal.Signals
) -> None:
    url = line(process)

    def content() -> Iterator[bytes]:
        yield b"first half, "
        assert line(process) == "begun"
        process.send_signal(number)
        yield b"second half"

    answer = httpx.post(url, content=content(), timeout=20)
    assert answer.text == "begun and done"
    assert line(process) == "closed"
    assert process.wait(20) == 0
    assert not (tmp_path / "state" / "instance.json").exists()
    assert not (tmp_path / "user" / "instance.json").exists()
    assert (tmp_path / "state" / "state.db").exists()
