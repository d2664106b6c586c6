"""Azure's own client against a control plane with the real checks: one socket for all tests, a new service for each."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.mgmt.apimanagement import ApiManagementClient

from apim_ai.arm import ControlPlane, Options, Store, World, validate

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

    from azure.core.exceptions import HttpResponseError

TOKEN = "test-token-of-the-control-plane"
SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
AT = ("local", "local")


class Bearer(SansIOHTTPPolicy[Any, Any]):
    """Sends the token over plain http, which Azure's own policy refuses."""

    def on_request(self, request: Any) -> None:
        request.http_request.headers["Authorization"] = f"Bearer {TOKEN}"


@dataclass
class Plane:
    """An application that serves whichever control plane the present test has made."""

    url: str
    options: dict[str, Any] = field(default_factory=dict[str, Any])
    plane: ControlPlane | None = None

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        assert self.plane is not None
        await self.plane(scope, receive, send)

    def restart(self, options: Options | None = None, store: Store | None = None, **world: Any) -> ControlPlane:
        """Serve a new control plane from now on."""
        made = World(store or Store(), world.pop("validate", validate), gateway_url="http://gateway.test", **world)
        self.plane = ControlPlane(made, token=TOKEN, options=options)
        return self.plane


@pytest.fixture(scope="session")
def server() -> Iterator[Plane]:
    """Serve on a loopback socket while tests run."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    plane = Plane(f"http://127.0.0.1:{listener.getsockname()[1]}")
    started = threading.Event()

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            started.set()

    running = Announcing(uvicorn.Config(plane, log_config=None, access_log=False, lifespan="off"))
    thread = threading.Thread(target=lambda: running.run(sockets=[listener]), daemon=True)
    thread.start()
    assert started.wait(30)
    yield plane
    running.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def shared_client(server: Plane) -> Any:
    """Make the client once: it has some 140 operation groups."""
    return client_of(server)


@pytest.fixture
def sdk(server: Plane, shared_client: Any) -> Any:
    """Return Azure's client of a service that has nothing but what comes with it."""
    server.restart()
    return shared_client


def client_of(server: Plane, **options: Any) -> Any:
    """Return a client of the control plane that is being served."""
    credential: Any = object()
    settings: dict[str, Any] = {
        "subscription_id": SUBSCRIPTION,
        "authentication_policy": Bearer(),
        "polling_interval": 0.01,
        "retry_total": 0,
        **options,
    }
    return ApiManagementClient(credential, base_url=server.url, **settings)


class Answers(list[Any]):
    """Collects the answers of a call, polls included, as its `raw_response_hook`."""

    def __call__(self, response: Any) -> None:
        self.append(response.http_response)

    def __bool__(self) -> bool:
        """Say yes also while empty: the client leaves out a hook that is nothing."""
        return True


def raw(response: Any, _model: object, _headers: object) -> tuple[int, Any, Any]:
    """Give status, headers and JSON instead of a model."""
    http = response.http_response
    return http.status_code, http.headers, http.json() if http.text() else None


def error_of(caught: pytest.ExceptionInfo[HttpResponseError]) -> Any:
    """Return the error object of a refusal."""
    assert caught.value.error is not None
    return caught.value.error


def wire(properties: dict[str, Any]) -> bytes:
    """Return a body that the client sends as it is."""
    return json.dumps({"properties": properties}).encode()
