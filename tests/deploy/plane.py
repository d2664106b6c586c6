"""The embedded control plane on a loopback socket, for the tests that drive the real SDK."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from apim_ai.arm import ControlPlane, Options, Store, World, validate
from apim_ai.deploy.target import Target

if TYPE_CHECKING:
    from collections.abc import Generator

    from apim_ai.arm.serialise import Style


TOKEN = "token-for-tests"


class Plane:
    """A running control plane."""

    def __init__(self, app: ControlPlane, target: Target, server: uvicorn.Server, thread: threading.Thread) -> None:
        self.app = app
        self.server = server
        self.thread = thread
        self.store = app.world.store
        self.target = target

    def stop(self) -> None:
        """Break off, as a control plane that is killed."""
        self.server.force_exit = True
        self.server.should_exit = True
        self.thread.join(10)

    def writes(self) -> int:
        return sum(entry.method not in {"GET", "HEAD"} for entry in self.app.log.entries())


@contextmanager
def running(
    options: Options | None = None, *, store: Store | None = None, style: Style = "service"
) -> Generator[Plane]:
    """Serve a control plane on a free port, with an empty state or a given one."""
    app = ControlPlane(World(store or Store(), validate, policy_style=style), token=TOKEN, options=options)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    plane = Plane(app, Target.of_service(app.world.service.id, url, TOKEN), server, thread)
    try:
        yield plane
    finally:
        plane.stop()
