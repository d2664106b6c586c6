"""What a step of a case saw: answers, outgoing requests, metrics, events, tokens, time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from apim_ai.cases.content import parsed
from apim_ai.expression import to_text
from apim_ai.message import Headers
from apim_ai.runtime import IdentityError, WireError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apim_ai.cases.mocks import Stream
    from apim_ai.cases.sent import Sent
    from apim_ai.cases.virtual import VirtualClock
    from apim_ai.gateway.identity import IssuedToken, TokenSource
    from apim_ai.message import Body, Response
    from apim_ai.runtime import Event, Exchange, Metric

__all__ = ["Answer", "Observed", "Recorder", "receive"]

_BODILESS = frozenset({204, 304})
_OF_CONNECTION = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
)


@dataclass(slots=True)
class Answer:
    """What one caller got.

    Attributes:
        headers: the fields that arrived: without those of the backend's connection, with the length where it is known.
        body: the content that arrived.
        chunks: how many writes reached the caller.
        is_cut: whether the body broke off.
        streamed: whether the first write left before the backend had sent its last one.
    """

    exchange: Exchange
    status: int
    reason: str
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""
    chunks: int = 0
    is_cut: bool = False
    streamed: bool = False

    def json(self) -> object:
        """Return the body as JSON, or `NO_JSON`."""
        return parsed(self.body)

    def variables(self) -> dict[str, str | None]:
        """Return the texts of the variables as .NET gives them."""
        return {name: to_text(value) for name, value in self.exchange.variables.items()}


@dataclass(frozen=True, slots=True)
class Observed:
    """All that a step saw, or all steps together.

    Args:
        waited: virtual seconds.
        sleeps: the seconds of each wait that a policy asked for.
        delays: those, and the delays of mocks, in order.
    """

    answers: tuple[Answer, ...] = ()
    sent: tuple[Sent, ...] = ()
    metrics: tuple[Metric, ...] = ()
    events: tuple[Event, ...] = ()
    tokens: tuple[Obtained, ...] = ()
    waited: float = 0.0
    sleeps: tuple[float, ...] = ()
    delays: tuple[float, ...] = ()

    @classmethod
    def together(cls, seen: Sequence[Observed]) -> Observed:
        """Return what several steps saw."""
        return cls(
            tuple(answer for each in seen for answer in each.answers),
            tuple(sent for each in seen for sent in each.sent),
            tuple(metric for each in seen for metric in each.metrics),
            tuple(event for each in seen for event in each.events),
            tuple(token for each in seen for token in each.tokens),
            round(sum(each.waited for each in seen), 6),
            tuple(seconds for each in seen for seconds in each.sleeps),
            tuple(seconds for each in seen for seconds in each.delays),
        )


@dataclass(frozen=True, slots=True)
class Obtained:
    """A token of a managed identity.

    Args:
        is_kept: the case obtained one for this resource and client before, and the service keeps it until it expires.
    """

    resource: str
    client_id: str | None
    is_kept: bool


@dataclass(slots=True)
class Recorder:
    """The case's stand-ins for sinks and for the managed identity; keeps what the running step gave them."""

    identities: Mapping[str, str]
    metrics: list[Metric] = field(default_factory=list["Metric"])
    events: list[Event] = field(default_factory=list["Event"])
    tokens: list[Obtained] = field(default_factory=list["Obtained"])
    known: set[tuple[str, str | None]] = field(default_factory=set[tuple[str, "str | None"]])

    def emit(self, metric: Metric) -> None:
        """Take a metric."""
        self.metrics.append(metric)

    def send(self, event: Event) -> None:
        """Take an event."""
        self.events.append(event)

    async def token(self, resource: str, client_id: str | None = None) -> str:
        """Return the token of the case's `identity` table.

        Raises:
            IdentityError: the table has none for the resource.
        """
        token = self.identities.get(resource)
        if token is None:
            raise IdentityError(f"the managed identity has no token for '{resource}'")
        self.tokens.append(Obtained(resource, client_id, (resource, client_id) in self.known))
        self.known.add((resource, client_id))
        return token

    def watching(self, source: TokenSource) -> TokenSource:
        """Return a source of tokens that is asked through the mocks, and whose tokens are kept here too."""
        return _Watched(source, self.tokens)

    def clear(self) -> None:
        """Forget what the last step gave."""
        self.metrics.clear()
        self.events.clear()
        self.tokens.clear()


@dataclass(frozen=True, slots=True)
class _Watched:
    source: TokenSource
    tokens: list[Obtained]

    async def issue(self, resource: str, client_id: str | None) -> IssuedToken:
        """Return a new token, and note that there was one."""
        issued = await self.source.issue(resource, client_id)
        self.tokens.append(Obtained(resource, client_id, is_kept=False))
        return issued


async def receive(exchange: Exchange, method: str, streams: Sequence[Stream]) -> Answer:
    """Take the whole answer of an exchange, as a caller does behind the server.

    Args:
        exchange: the finished exchange.
        method: of the caller's request; HEAD has no body.
        streams: what backends still send to it.
    """
    response = exchange.response
    if response is None:
        return Answer(exchange, 0, "", is_cut=True)
    answer = Answer(exchange, response.status, response.reason, _arrived(response))
    if response.body is None:
        return answer
    if method == "HEAD" or response.status in _BODILESS:
        await _discard(response.body)
        return answer
    pieces: list[bytes] = []
    try:
        async for chunk in response.body.chunks():
            if not pieces:
                answer.streamed = any(stream.left > 0 for stream in streams)
            pieces.append(chunk)
    except WireError:
        answer.is_cut = True
    answer.body = b"".join(pieces)
    answer.chunks = len(pieces)
    return answer


def _arrived(response: Response) -> Headers:
    """Return the fields of a response as they leave the gateway."""
    named = {name.strip().lower() for name in (response.headers.get("Connection") or "").split(",")}
    headers = response.headers.without(_OF_CONNECTION | named)
    if response.status not in _BODILESS:
        body = response.body
        length = 0 if body is None else body.length if body.content is None else len(body.content)
        if length is not None and (length or "Content-Length" not in headers):
            headers.set("Content-Length", str(length))
    return headers


async def _discard(body: Body) -> None:
    """Let a body that is not sent end as it does in the server: what is at hand was complete."""
    if body.content is None:
        await body.discard()
    else:
        body.finish_unsent()


def observed(
    answers: Sequence[Answer], sent: Sequence[Sent], recorder: Recorder, clock: VirtualClock, waited: float
) -> Observed:
    """Gather what a step saw."""
    return Observed(
        tuple(answers),
        tuple(sent),
        tuple(recorder.metrics),
        tuple(recorder.events),
        tuple(recorder.tokens),
        waited,
        tuple(clock.sleeps),
        tuple(clock.delays),
    )
