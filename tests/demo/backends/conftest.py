from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from apim_ai.demo.backends import COGNITIVE_SERVICES, ORCHESTRATOR_RESOURCE, IdentityCheck

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

    Client = Callable[[ASGIApp], httpx.AsyncClient]

MI_TOKEN = "mi-token"


class FrozenClock:
    """A clock that stands still; sleeping only notes how long."""

    def __init__(self) -> None:
        self.time = 1_800_000_000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def identity() -> IdentityCheck:
    return IdentityCheck({COGNITIVE_SERVICES: MI_TOKEN, ORCHESTRATOR_RESOURCE: "ml-token"})


@pytest.fixture
def client() -> Client:
    """Return a client of one app, in process, that comes with the identity."""

    def build(app: ASGIApp) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {MI_TOKEN}"}
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://backend.test", headers=headers)

    return build
