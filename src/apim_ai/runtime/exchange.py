"""One request and its response on the way through the sections, and the services that know it.

`Exchange`, `Services` and `Runnable` name each other, so they live in one module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from apim_ai.expression import Read
from apim_ai.message import BodyTooLargeError, Url
from apim_ai.runtime.errors import PolicyError
from apim_ai.runtime.services import WireError
from apim_ai.runtime.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from random import Random

    from apim_ai.clock import Clock
    from apim_ai.config import GatewaySettings
    from apim_ai.expression.context import Context
    from apim_ai.message import Request, Response
    from apim_ai.runtime.errors import UnsupportedPolicyError
    from apim_ai.runtime.services import (
        Callout,
        Catalog,
        Concurrency,
        Counters,
        Endpoint,
        EventSink,
        ForwardOptions,
        Identity,
        KeySource,
        Liquid,
        MetricSink,
        ResponseCache,
        SchemaChecker,
        TokenCounter,
        TokenVerifier,
        ValueCache,
        VectorCache,
        Wire,
    )
    from apim_ai.source import Span

__all__ = [
    "BODY_LIMIT",
    "Backends",
    "Exchange",
    "Fragments",
    "Respond",
    "Runnable",
    "Section",
    "Services",
    "Target",
]

Section = Literal["inbound", "backend", "outbound", "on-error"]

BODY_LIMIT = 64 * 1024 * 1024  # bytes that a policy may have buffered; far above what the service takes
_REQUEST_BODY: int = Read.REQUEST_BODY.value  # a number: `&` of flags costs a microsecond
_RESPONSE_BODY: int = Read.RESPONSE_BODY.value


@dataclass(frozen=True, slots=True)
class Respond:
    """The result of a policy that ends the pipeline with this response; no section runs after it.

    Unless `runs_outbound`: then the rest of inbound and the backend section are left out, and outbound runs as after a
    backend's answer (a cache hit, setting `cache.on_hit`).
    """

    response: Response
    runs_outbound: bool = False


class Target(NamedTuple):
    """Where `forward-request` sends: a backend entity, or a base URL, or by default the API's service URL.

    Args:
        backend_id: the backend entity.
        base_url: the base URL.
        scope: the scope whose policy chose it.
    """

    backend_id: str | None = None
    base_url: str | None = None
    scope: str = ""


NO_TARGET = Target()


class Runnable(Protocol):
    """What `run_all` needs of a policy."""

    @property
    def element_name(self) -> str: ...
    @property
    def span(self) -> Span | None: ...
    @property
    def path(self) -> str: ...
    @property
    def policy_id(self) -> str | None: ...
    @property
    def reads(self) -> Read: ...
    @property
    def reads_bodies(self) -> bool: ...
    def run(self, exchange: Exchange, /) -> Awaitable[Respond | None] | Respond | None: ...


class Backends(Protocol):
    """Backend entities: URL, credentials, pools, circuit breakers."""

    def select(self, exchange: Exchange, backend_id: str) -> None:
        """Let the exchange's request go to a backend entity: its URL and `context.Backend` are as of now.

        Raises:
            KeyError: there is no such entity.
        """
        ...

    async def forward(self, exchange: Exchange, options: ForwardOptions) -> Response:
        """Send the exchange's request to its target and return the response.

        Raises:
            PolicyError: no connection, a timeout, an open circuit.
        """
        ...

    async def call(
        self, exchange: Exchange, backend_id: str, request: Callable[[Endpoint], Awaitable[Callout]]
    ) -> Response:
        """Send a policy's own request through a backend entity: with its credentials, TLS flags and breaker.

        `request` makes the callout for the endpoint that was chosen; its URL is sent as it stands.

        Raises:
            PolicyError: the entity does not exist, its circuit is open, or there is no connection.
        """
        ...


class Fragments(Protocol):
    """Policy fragments, compiled once for each section that includes them."""

    def policies(self, fragment_id: str, section: Section) -> Sequence[Runnable]:
        """Return the fragment's policies.

        Raises:
            KeyError: there is no such fragment; loading a configuration refuses that earlier.
        """
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """What policies may use of the gateway, for one region and unit."""

    clock: Clock
    random: Random
    wire: Wire
    backends: Backends
    fragments: Fragments
    catalog: Catalog
    counters: Counters
    concurrency: Concurrency
    identity: Identity
    key_source: KeySource
    verifier: TokenVerifier
    values: ValueCache
    responses: ResponseCache
    vectors: VectorCache
    tokens: TokenCounter
    metrics: MetricSink
    events: EventSink
    schemas: SchemaChecker
    liquid: Liquid


class Exchange:
    """The state of one request: messages and variables (in `context`), services, trace.

    Belongs to one request alone; policies change it as they run.

    Attributes:
        context: what C# sees; `request` and `response` are its own.
        services: what policies may use of the gateway, already those of this exchange's region and unit.
        settings: the named settings for behaviour that Azure leaves open.
        section: the section that runs; scope: the scope whose policy runs.
        fragment: the fragment whose policies run, None outside of one.
        target: where the request will go.
        base_path: the part of the request's path that belongs to the backend's base URL: `context.Request.Url` is the
            full backend URL as it stands now, `relative_path` what the operation or `rewrite-uri` says.
        api_id: the resource id of the API, such as `apis/shop;rev=2`; operation_id: `apis/shop/operations/list`.
        received: how many responses of backends there were.
        is_request_buffered: whether the request's body is kept, so that a second attempt can send it again.
        unsupported: the policy that was reached and is not run by the local gateway.
        private: what a policy keeps for a sibling, under a constant of `family`.
        on_received: called, and awaited where it waits, with each response of a backend (never with a cached or made
            one), as soon as it is there.
        before_outbound: awaited once with the backend's last response, right before outbound; may raise PolicyError.
        on_leaving: called once with the response that leaves, last.
        on_failed: called once when the exchange ended without any backend response, before `on_leaving`.
    """

    __slots__ = (
        "api_id",
        "base_path",
        "before_outbound",
        "context",
        "fragment",
        "is_request_buffered",
        "on_failed",
        "on_leaving",
        "on_received",
        "operation_id",
        "private",
        "received",
        "scope",
        "section",
        "services",
        "settings",
        "target",
        "trace",
        "unsupported",
    )

    def __init__(self, context: Context, services: Services, settings: GatewaySettings) -> None:
        self.context = context
        self.services = services
        self.settings = settings
        self.section: Section = "inbound"
        self.scope = "global"
        self.fragment: str | None = None
        self.target = NO_TARGET
        self.base_path = ""
        self.api_id = ""
        self.operation_id = ""
        self.received = 0
        self.is_request_buffered = False
        self.unsupported: UnsupportedPolicyError | None = None
        self.trace = Trace()
        self.private: dict[object, object] = {}
        self.on_received: list[Callable[[Response], Awaitable[None] | None]] = []
        self.before_outbound: list[Callable[[Response], Awaitable[None]]] = []
        self.on_leaving: list[Callable[[Response], None]] = []
        self.on_failed: list[Callable[[], None]] = []

    @property
    def request(self) -> Request:
        """The request as it stands now."""
        return self.context.request

    @property
    def response(self) -> Response | None:
        """The response as it stands now, None before there is one."""
        return self.context.response

    @response.setter
    def response(self, response: Response | None) -> None:
        self.context.response = response

    @property
    def relative_path(self) -> str:
        """The request's path below the base URL of its backend, with a leading slash."""
        path, base = self.context.request.url.path, self.base_path
        if base and path.startswith(base) and path[len(base) : len(base) + 1] in ("", "/"):
            return path[len(base) :] or "/"
        return path

    def move_to(self, base: Url) -> None:
        """Let the request go to another base URL, keeping its relative path and query."""
        path = self.relative_path
        self.base_path = base.path.rstrip("/")
        request = self.context.request
        request.url = Url(base.scheme, base.host, base.port, self.base_path + path, request.url.query_string)

    @property
    def acts_on_response(self) -> bool:
        """Whether message policies such as set-header act on the response in this section."""
        return self.section in ("outbound", "on-error")

    @property
    def variables(self) -> dict[str, object]:
        """`context.Variables`: CLR values by name."""
        return self.context.variables

    def note(self, text: str) -> None:
        """Write a decision of the running policy into the trace."""
        trace = self.trace
        (trace.place() if trace.has_branches else trace.log).append(text)

    async def buffer(self, reads: Read) -> None:
        """Buffer the bodies that an expression or policy is about to read.

        Raises:
            PolicyError: a body is larger than `BODY_LIMIT`, or breaks off.
        """
        context = self.context
        status = 413
        try:
            if reads._value_ & _REQUEST_BODY and context.request.body is not None:
                await context.request.body.buffer(BODY_LIMIT)
                self.is_request_buffered = True
            status = 500
            response = context.response
            if reads._value_ & _RESPONSE_BODY and response is not None and response.body is not None:
                await response.body.buffer(BODY_LIMIT)
        except BodyTooLargeError as error:
            raise PolicyError("gateway", "MessageBodyTooLarge", str(error), status) from error
        except WireError as error:
            raise PolicyError("forward-request", "BackendConnectionFailure", f"The body broke off: {error}") from error
