"""A control plane in memory, called without a server, and one behind a real socket for Azure's own clients."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from apim_ai.arm import ControlPlane, Options, Store, World
from apim_ai.arm.call import Answer, Call
from apim_ai.arm.plane import Plane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from apim_ai.finding import Finding

SERVICE = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local/providers/Microsoft.ApiManagement/service/local"
VERSION = "2024-05-01"
TOKEN = "test-token-of-the-control-plane"
NOW = 1_767_225_600.0  # 2026-01-01T00:00:00Z


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = NOW
        self.waited: list[float] = []

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.time += seconds


def accept(*_: object) -> tuple[Finding, ...]:
    """Take every policy document."""
    return ()


@dataclass
class Arm:
    """A control plane to be called directly."""

    plane: Plane
    clock: FixedClock = field(default_factory=FixedClock)

    def call(self, method: str, path: str, properties: object = None, **options: Any) -> Answer:
        """Call a path below the service; `query` adds to the query, `match` is If-Match, `body` a whole body."""
        query = {"api-version": VERSION, **options.get("query", {})}
        body = options.get("body", None if properties is None else {"properties": properties})
        match = options.get("match", "*" if method in {"PATCH", "DELETE"} else None)
        full = f"{SERVICE}/{path}" if path else SERVICE
        return self.plane.answer(Call(method, full, query, body, match, "http://127.0.0.1:8081"))

    def put(self, path: str, properties: object = None, **options: Any) -> dict[str, Any]:
        """Put an entity that must be taken, and return the answer's body."""
        answer = self.call("PUT", path, {} if properties is None else properties, **options)
        assert answer.status in {200, 201}, answer.body
        return dict(answer.body or {})

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """Get an entity or list that must be there."""
        answer = self.call("GET", path, query=query)
        assert answer.status == 200, answer.body
        return dict(answer.body or {})

    def names(self, path: str, **query: str) -> list[str]:
        """Return the names in a list."""
        return [item["name"] for item in self.get(path, **query)["value"]]

    def refused(self, method: str, path: str, properties: object = None, **options: Any) -> dict[str, Any]:
        """Make a call that must be refused, and return the error with its status."""
        answer = self.call(method, path, properties, **options)
        assert answer.status >= 400, answer
        assert answer.body is not None
        return {**answer.body["error"], "status": answer.status}


def make_arm(*, polls: int = 1, store: Store | None = None, **world: Any) -> Arm:
    """Return a control plane in memory that takes every policy."""
    clock = FixedClock()
    validate = world.pop("validate", accept)
    made = World(store or Store(now=clock.now), validate, clock=clock, **world)
    return Arm(Plane(made, polls=polls), clock)


@pytest.fixture
def arm() -> Arm:
    return make_arm()


@pytest.fixture
def shop(arm: Arm) -> Arm:
    """A control plane with one API `shop` and its operation `list`."""
    arm.put("apis/shop", {"displayName": "Shop", "path": "shop", "serviceUrl": "https://be.test"})
    arm.put("apis/shop/operations/list", {"displayName": "List", "method": "GET", "urlTemplate": "/items"})
    return arm


@dataclass
class Live:
    """A control plane behind a socket."""

    url: str
    plane: ControlPlane | None


class _Quiet(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """Leave the test runner's handlers alone."""


def _serve(plane: ControlPlane, started: threading.Event, listener: socket.socket) -> tuple[_Quiet, threading.Thread]:
    class Announcing(_Quiet):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            started.set()

    server = Announcing(uvicorn.Config(plane, log_config=None, access_log=False, lifespan="off"))
    thread = threading.Thread(target=lambda: server.run(sockets=[listener]), daemon=True)
    thread.start()
    return server, thread


@pytest.fixture
def live() -> Iterator[Callable[..., Live]]:
    """Start control planes on loopback sockets; they end with the test."""
    running: list[tuple[_Quiet, threading.Thread, Store]] = []

    def start(options: Options | None = None, store: Store | None = None, **world: Any) -> Live:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        kept = store or Store()
        made = World(kept, world.pop("validate", accept), **world)
        plane = ControlPlane(made, token=TOKEN, options=options)
        started = threading.Event()
        server, thread = _serve(plane, started, listener)
        assert started.wait(10)
        running.append((server, thread, kept))
        return Live(f"http://127.0.0.1:{listener.getsockname()[1]}", plane)

    yield start
    for server, thread, kept in running:
        server.should_exit = True
        thread.join(10)
        kept.close()
