"""A local gateway in process, with httpx in front and respx behind; no socket is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import httpx
import respx
from respx.models import PassThrough

from apim_ai.cases.policy import resources_of_policy
from apim_ai.clock import SystemClock
from apim_ai.config import GatewaySettings
from apim_ai.gateway import Gateway as Engine
from apim_ai.gateway.httpx_wire import HttpxWire
from apim_ai.gateway.identity import TokenTable
from apim_ai.resource import Resource
from apim_ai.testing.issuer import Issuer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

    from apim_ai.clock import Clock
    from apim_ai.project import Bundle
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
        backends: the respx router that answers everything the gateway sends. A request without a route, or with one
            that lets it pass, fails like a backend that cannot be reached: a test never leaves the machine.
        exchanges: the finished exchanges, each with its trace, variables and `context.last_error`.
        unanswered: method and URL of each request that found no route.
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
        self.unanswered: list[str] = []
        self._clock = clock or SystemClock()
        self._engine = Engine(
            resources,
            settings=settings if isinstance(settings, GatewaySettings) else GatewaySettings.of(settings or {}),
            clock=self._clock,
            wire=HttpxWire(httpx.MockTransport(self._answer)),
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
        named_values: Mapping[str, str] | None = None,
        identity: Mapping[str, str] | None = None,
        clock: Clock | None = None,
    ) -> Self:
        """Return the gateway of a project.

        Args:
            path: the project's folder.
            env: the environment.
            overrides: values of variables by dotted name.
            named_values: values by name, such as of those that only a key vault knows.
            identity: tokens of the managed identity by resource.
            clock: the time.

        Raises:
            InputError: the project cannot be rendered, or a document cannot run.
        """
        from apim_ai.project import Project  # noqa: PLC0415 - tests of lone documents do without

        bundle = Project.load(path).bundle(env, overrides=overrides)
        return cls.from_bundle(bundle, named_values=named_values, identity=identity, clock=clock)

    @classmethod
    def from_bundle(
        cls,
        bundle: Bundle,
        *,
        named_values: Mapping[str, str] | None = None,
        identity: Mapping[str, str] | None = None,
        clock: Clock | None = None,
    ) -> Self:
        """Return the gateway of an environment that is rendered already, as suites do that share one."""
        values = [
            Resource("named_value", f"namedValues/{name}", {"displayName": name, "value": value, "secret": True})
            for name, value in (named_values or {}).items()
        ]
        resources = bundle.resources.with_changes(values)
        return cls(resources, settings=bundle.settings, identity=identity, clock=clock)

    @classmethod
    def from_policy(
        cls,
        policy: str | Path,
        *,
        named_values: Mapping[str, str] | None = None,
        fragments: Mapping[str, str] | None = None,
        backends: Mapping[str, Mapping[str, Any]] | None = None,
        settings: Mapping[str, object] | GatewaySettings | None = None,
        identity: Mapping[str, str] | None = None,
        clock: Clock | None = None,
    ) -> Self:
        """Return a gateway with one API at the root whose policy this is, and whose backend is `http://backend.test`.

        Args:
            policy: the document as text, or the path of one.
            named_values: values by name.
            fragments: documents by name.
            backends: the properties of backend entities by name, as in ARM.
            settings: named settings by name.
            identity: tokens of the managed identity by resource.
            clock: the time.

        Raises:
            InputError: the document cannot be read, or cannot run.
        """
        resources = resources_of_policy(policy, named_values, fragments, backends)
        return cls(resources, settings=settings, identity=identity, clock=clock)

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        await self.aclose()

    async def aclose(self) -> None:
        """Close the client and the gateway; who uses neither `async with` nor the fixture calls it."""
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

    def issuer(self, url: str, *, openid_config: str | None = None, algorithm: str = "RS256") -> Issuer:
        """Return an issuer of tokens whose OpenID configuration and keys the backends answer from now on.

        Args:
            url: the `iss` of its tokens.
            openid_config: the URL that policies name; `{url}/.well-known/openid-configuration` by default.
            algorithm: what it signs with, such as `RS256` or `ES256`.
        """
        issuer = Issuer(url, openid_config=openid_config, algorithm=algorithm, now=self._clock.now)
        issuer.answer(self.backends)
        return issuer

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        """Answer what the gateway sends; nothing ever leaves the machine."""
        try:
            return await self.backends.async_handler(request)
        except (AssertionError, PassThrough) as error:  # respx: no route, or one that would let the request out
            self.unanswered.append(f"{request.method} {request.url}")
            raise httpx.ConnectError(
                f"a test reaches no real host: no route answers {request.method} {request.url}", request=request
            ) from error

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

    async def patch(self, url: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        """Send a PATCH request."""
        return await self.request("PATCH", url, **options)

    async def head(self, url: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        """Send a HEAD request."""
        return await self.request("HEAD", url, **options)

    async def options(self, url: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        """Send an OPTIONS request, as browsers do before they call another origin."""
        return await self.request("OPTIONS", url, **options)
