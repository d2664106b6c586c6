"""How many writes a second the embedded control plane takes, and what each costs it.

`apim-ai up` in a process of its own on one core, asked from another over eight connections, while it holds some 1,200
entities. Each write is another content; expressions are new ones where the name says so.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any

import aiohttp

from bench.gateway.processes import Child, pin

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

__all__ = ["run"]

CONNECTIONS = 8
APIS, NAMED_VALUES = 50, 1000
_VERSION = "?api-version=2024-05-01"
_SECTIONS = "<backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error>"

Write = tuple[str, dict[str, Any]]


def run() -> list[dict[str, Any]]:
    """Measure each sort of write."""
    with _served() as (child, ready):
        return asyncio.run(_measured(child, ready))


@contextmanager
def _served() -> Generator[tuple[Child, dict[str, Any]]]:
    with tempfile.TemporaryDirectory() as folder:
        ports = ("--gateway-port", "0", "--control-plane-port", "0", "--lro-polls", "0")
        command = [sys.executable, "-m", "apim_ai", "up", *ports, "--state", folder, "--format", "json"]
        began = perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        pin(process.pid, 0)
        ready = json.loads(process.stdout.readline() if process.stdout else "")
        child = Child(process, 0, perf_counter() - began)
        try:
            yield child, ready
        finally:
            child.stop()


async def _measured(child: Child, ready: dict[str, Any]) -> list[dict[str, Any]]:
    base = f"{ready['control_plane']}{ready['service']}/"
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    headers = {"Authorization": f"Bearer {ready['token']}", "Content-Type": "application/json"}
    async with aiohttp.ClientSession(headers=headers, connector=connector) as session:

        async def put(write: Write) -> None:
            path, properties = write
            body = json.dumps({"properties": properties}).encode()
            async with session.put(f"{base}{path}{_VERSION}", data=body) as answer:
                text = await answer.text()
                if answer.status not in {200, 201}:
                    raise RuntimeError(f"{path} was refused: {text}")

        for write in _prepared():
            await put(write)
        return [await _row(name, make, count, child, put) for name, make, count in _SORTS]


async def _row(
    name: str, make: Callable[[int], Write], count: int, child: Child, put: Callable[[Write], Any]
) -> dict[str, Any]:
    numbers = iter(range(count))

    async def writer() -> None:
        for number in numbers:
            await put(make(number))

    cpu, began = child.cpu_seconds(), perf_counter()
    await asyncio.gather(*(writer() for _ in range(CONNECTIONS)))
    seconds, spent = perf_counter() - began, child.cpu_seconds() - cpu
    return {
        "name": name,
        "writes": count,
        "per_s": count / seconds,
        "cpu_us": spent / count * 1e6,
        "per_cpu_s": count / spent if spent else None,
        "rss_mib": child.rss_mib(),
    }


def _prepared() -> list[Write]:
    """Return what is there before anything is measured."""
    apis: list[Write] = [(f"apis/a{i}", {"displayName": f"A {i}", "path": f"a{i}"}) for i in range(APIS)]
    values: list[Write] = [_named_value(i) for i in range(NAMED_VALUES)]
    fragment = "<fragment><set-method>GET</set-method></fragment>"
    return [*apis, *values, ("policyFragments/f", {"format": "rawxml", "value": fragment}), _backend(0)]


def _named_value(number: int) -> Write:
    name = f"v{number % NAMED_VALUES}"
    return f"namedValues/{name}", {"displayName": name, "value": str(number)}


def _backend(number: int) -> Write:
    return f"backends/b{number % 20}", {"url": f"https://b{number}.test", "protocol": "http"}


def _operation(number: int) -> Write:
    properties = {"displayName": f"O {number}", "method": "GET", "urlTemplate": f"/o{number}"}
    return f"apis/a{number % APIS}/operations/o{number}", properties


def _policy(number: int, inbound: str) -> Write:
    text = f"<policies><inbound><base />{inbound}</inbound>{_SECTIONS}</policies>"
    return f"apis/a{number % APIS}/policies/policy", {"format": "rawxml", "value": text}


def _plain(number: int) -> Write:
    references = '<include-fragment fragment-id="f" /><set-backend-service backend-id="b0" />'
    return _policy(number, f'{references}<set-header name="x"><value>{number}</value></set-header>')


def _expression(number: int, name: str) -> str:
    code = f'context.Request.Headers.GetValueOrDefault("x-{name}", "").Split(\',\').Where(s => s.Length > {number})'
    return f'<set-variable name="v{name}" value="@({code}.Count())" />'


def _two_new(number: int) -> Write:
    return _policy(number, _expression(number, f"a{number}") + _expression(number, f"b{number}"))


def _thirty(number: int) -> Write:
    kept = "".join(_expression(each, str(each)) for each in range(29))
    return _policy(number, kept + _expression(number, "new"))


_SORTS: tuple[tuple[str, Callable[[int], Write], int], ...] = (
    ("named value", _named_value, 3000),
    ("backend", _backend, 2000),
    ("operation", _operation, 2000),
    ("policy without expressions", _plain, 2000),
    ("policy with named values", lambda n: _policy(n, f'<set-variable name="{{{{v1}}}}" value="{n}" />'), 1000),
    ("policy of 2 new expressions", _two_new, 1000),
    ("policy of 30 expressions, one new", _thirty, 500),
)
