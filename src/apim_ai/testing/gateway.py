"""A local gateway in process, with httpx in front and respx behind; no socket is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import httpx
import respx

from apim_ai.config import GatewaySettings
from apim_ai.gateway import Gateway as Engine
from apim_ai.gateway.httpx_wire import HttpxWire
from apim_ai.gateway.identity import TokenTable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

    from apim_ai.clock import Clock
    from apim_ai.resource import Resources
    from apim_ai.runtime import Exchange

__all__ = ["Gateway"]

BASE_URL = "https://gateway.test"


class _Identity:
    """The managed identity of a test: a table, or a made-up token for any resource."""

    def __init__(self, tokens: Mapping[str, str] | None) -> None:
        self._table = None if tokens is None else TokenTable(tokens)

    async def token(self, resource: str, client_id: str | None = None) -> str:
        """Return the token of a resource."""
        if self._table is None:
            return f"token-for-{resource}"
        return (await self._table.issue(resource, client_id)).text


class Gateway:
    """A gateway under test. An async context manager; inside, call it like an `httpx.AsyncClient`.

    Args:
        resources: the ARM-shaped configuration.
        settings: named settings by name, such as `{"gateway.flavor": "v2"}`.
        identity: tokens of the managed identity by resource; by default each resource has one.
        clock: the time; the machine's by default.

    Attributes:
        backends: the respx router that answers everything the gateway sends; a request without a route fails like a
            backend that cannot be reached, so a test never leaves the machine.
        exchanges: the finished exchanges, each with its trace, variables and `context.last_error`.
    """

    def __init__(
        self,
        resources: Resources,
        *,
        settings: Mapping[str, object] | GatewaySettings | None = None,
        identity: Mapping[str, str] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.backends = respx.MockRouter(assert_all_called=False)
        self.exchanges: list[Exchange] = []
        self._engine = Engine(
            resources,
            settings=settings if isinstance(settings, GatewaySettings) else GatewaySettings.of(settings or {}),
            clock=clock,
            wire=HttpxWire(httpx.MockTransport(self.backends.async_handler)),
            identity=_Identity(identity),
            on_finished=self.exchanges.append,
        )
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app=self._engine.asgi), base_url=BASE_URL)

    @classmethod
    def from_project(
        cls,
        path: str | Path = ".",
        *,
        env: str = "local",
        overrides: Mapping[str, object] | None = None,
        identity: Mapping[str, str] | None = None,
        clock: Clock | None = None,
    ) -> Self:
        """Return the gateway of a project.

        Args:
            path: the project's folder.
            env: the environment.
            overrides: values of variables by dotted name.
            identity: tokens of the managed identity by resource.
            clock: the time.

        Raises:
            InputError: the project cannot be rendered, or a document cannot run.
        """
        from apim_ai.project import Project  # noqa: PLC0415 - tests of lone documents do without

        bundle = Project.load(path).bundle(env, overrides=overrides)
        return cls(bundle.resources, settings=bundle.settings, identity=identity, clock=clock)

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        await self._client.aclose()
        await self._engine.aclose()

    @property
    def asgi(self) -> Any:  # noqa: ANN401 - an ASGI application has no one type
        """The gateway as an ASGI application, for `httpx.ASGITransport` or a server."""
        return self._engine.asgi

    @property
    def last(self) -> Exchange:
        """The newest exchange."""
        return self.exchanges[-1]

    async def request(self, method: str, url: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        """Send a request to the gateway; options are those of `httpx.AsyncClient.request`."""
        return await self._client.request(method, url, **options)

    async def get(self, url: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        """Send a GET request."""
        return await self.request("GET", url, **options)

    async def post(self, url: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        """Send a POST request."""
        return await self.request("POST", url, **options)

    async def put(self, url: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        """Send a PUT request."""
        return await self.request("PUT", url, **options)

    async def delete(self, url: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        """Send a DELETE request."""
        return await self.request("DELETE", url, **options)
