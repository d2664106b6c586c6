"""What policies may use of the gateway, as protocols: a policy file imports nothing heavy and tests hand in fakes.

One `Services` value belongs to a region and unit of the gateway (settings `gateway.regions` and `gateway.units`), so a
policy never thinks about either.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apim_ai.message import Body, Headers, Response, Url

__all__ = [
    "Callout",
    "Catalog",
    "Charge",
    "Concurrency",
    "Counters",
    "Endpoint",
    "Event",
    "EventSink",
    "ForwardOptions",
    "Identity",
    "IdentityError",
    "Jwk",
    "KeySet",
    "KeySource",
    "Liquid",
    "LiquidError",
    "Metric",
    "MetricSink",
    "Purpose",
    "QuotaPeriod",
    "RateCounter",
    "ResponseCache",
    "SchemaChecker",
    "StoredResponse",
    "Token",
    "TokenCounter",
    "TokenError",
    "TokenVerifier",
    "ValueCache",
    "VectorCache",
    "Verdict",
    "Wire",
    "WireError",
]

Purpose = Literal["backend", "callout", "one-way", "embeddings", "content-safety", "openid", "identity"]


@dataclass(slots=True)
class Callout:
    """A request that leaves the gateway.

    Args:
        purpose: why it is sent; OpenID and identity requests do not count as upstream traffic in policy cases.
        timeout: seconds until the response headers must be there.
        certificate: client certificate, as the id of a certificate entity or PEM bytes.
    """

    method: str
    url: Url
    headers: Headers
    body: Body | None = None
    purpose: Purpose = "callout"
    timeout: float = 300.0
    follow_redirects: bool = False
    http_version: str = "1"
    verify_chain: bool = True
    verify_name: bool = True
    certificate: str | bytes | None = None
    proxy: str | None = None


class WireError(Exception):
    """No response: the connection failed, was reset, or took too long.

    Args:
        kind: `connect`, `timeout` or `reset`.
        message: what happened, for the trace; never holds a secret.
    """

    def __init__(self, kind: Literal["connect", "timeout", "reset"], message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Wire(Protocol):
    """Sends requests over the network, or answers them from mocks."""

    async def send(self, callout: Callout) -> Response:
        """Return the response as soon as its headers are there; its body streams.

        Raises:
            WireError: there is no response.
        """
        ...


@dataclass(frozen=True, slots=True)
class ForwardOptions:
    """How `forward-request` sends."""

    timeout: float = 300.0
    follow_redirects: bool = False
    buffer_request_body: bool = False
    buffer_response: bool = True
    http_version: str = "1"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a backend entity's requests go.

    Args:
        url: the entity's URL with the query of its credentials.
        authorizes: whether its credentials set `Authorization` (a managed identity, say).
    """

    url: Url
    authorizes: bool = False


class Charge(Protocol):
    """What one exchange is charged in one budget; a reservation until the real amount is known."""

    @property
    def amount(self) -> float: ...

    def amend(self, amount: float, *, at: float | None = None) -> None:
        """Replace the amount, 0 to give it back; `at` also moves it to that time."""
        ...


class RateCounter(Protocol):
    """The budget of one key that frees itself: a sliding window (classic) or a token bucket (v2).

    Times are seconds since 1970 and handed in.
    """

    def left(self, limit: float, now: float) -> float:
        """Return what is left of the limit; negative after an overshoot."""
        ...

    def wait(self, amount: float, limit: float, now: float) -> float:
        """Return the seconds until `amount` fits (0 for the amount: until anything is left), if nothing else comes in.

        0 means that it fits now; infinite that it never will.
        """
        ...

    def charge(self, amount: float, limit: float, now: float) -> Charge:
        """Charge an amount, also one that does not fit."""
        ...


class QuotaPeriod(Protocol):
    """The budget of one key in one fixed period."""

    @property
    def used(self) -> float: ...

    def charge(self, amount: float) -> Charge:
        """Charge an amount, also one that does not fit."""
        ...


class Counters(Protocol):
    """Budgets by key; the setting `gateway.flavor` decides which kind of rate counter they are."""

    def rate(self, key: str, period: float, now: float) -> RateCounter:
        """Return the rate counter of a key."""
        ...

    def quota(self, key: str, start: float) -> QuotaPeriod:
        """Return the budget of a key in the period that began at `start`; earlier periods may be forgotten."""
        ...

    def first_use(self, key: str, now: float) -> float:
        """Return when a key was first used, which is `now` for a new one."""
        ...


class Concurrency(Protocol):
    """Counting semaphores by key, never waiting."""

    def acquire(self, key: str, limit: int) -> bool:
        """Take a permit; False when `limit` are taken."""
        ...

    def release(self, key: str) -> None:
        """Give a permit back."""
        ...


class IdentityError(Exception):
    """A managed identity has no token for the resource."""


class Identity(Protocol):
    """Tokens of the gateway's managed identities, cached until they expire."""

    async def token(self, resource: str, client_id: str | None = None) -> str:
        """Return a bearer token.

        Raises:
            IdentityError: there is none.
        """
        ...


@dataclass(frozen=True, slots=True)
class Jwk:
    """A key as RFC 7517 writes it. Two of them are equal when their thumbprints are.

    Args:
        members: its members, private ones included; never shown.
        thumbprint: SHA-256 of the members, for caches.
    """

    members: Mapping[str, object] = field(repr=False, compare=False)
    thumbprint: str

    @classmethod
    def of(cls, members: Mapping[str, object]) -> Jwk:
        """Return a key with its thumbprint."""
        text = json.dumps(members, sort_keys=True, default=str)
        return cls(members, hashlib.sha256(text.encode()).hexdigest())

    def answers_to(self, identifier: str) -> bool:
        """Whether a token's `kid` or `x5t` means this key."""
        return identifier in (self.members.get("kid"), self.members.get("x5t"))


@dataclass(frozen=True, slots=True)
class KeySet:
    """What an OpenID configuration document and its key set say."""

    issuer: str
    keys: tuple[Jwk, ...]


class KeySource(Protocol):
    """OpenID configuration documents and key sets, fetched over the wire and cached (settings `jwt.oidc_*`)."""

    def known(self, url: str) -> KeySet | None:
        """Return what the document at `url` says as far as that is known and still holds; None means: ask `key_set`."""
        ...

    async def key_set(self, url: str, *, refresh: bool = False) -> KeySet | None:
        """Return what the document at `url` says, or None when it cannot be had; `refresh` asks again for an unknown kid."""
        ...


class TokenError(Exception):
    """A token cannot be read: it is malformed, or encrypted for somebody else."""


class Verdict(NamedTuple):
    """That a token was found to hold, but for the time.

    Args:
        ground: what that rests on beside the token and the policy: the key sets that were known.
        start: its `nbf`, in seconds since 1970.
        end: its `exp`.
        skew: seconds by which clocks may differ.
    """

    ground: tuple[object, ...]
    start: float
    end: float
    skew: float

    def holds(self, ground: tuple[object, ...], now: float) -> bool:
        """Whether it rests on the same ground and the token is neither too young nor too old."""
        return self.ground == ground and self.end >= now - self.skew and self.start <= now + self.skew


@dataclass(frozen=True, slots=True)
class Token:
    """What a JSON Web Token says; nothing is checked by having one.

    Args:
        text: its compact signed form, that inside when it was encrypted; empty for claims that were only encrypted, and
            in what a verifier keeps.
        header: its header.
        claims: its claims; shared, so never change them.
        claim_texts: room for its claims as C# sees them, filled by the first `Jwt` that is asked for them.
        signers: room for the thumbprints of keys that have signed it; the verifier alone fills it.
        verdicts: room for what policies found, by a mark of each policy.
    """

    text: str = field(repr=False)
    header: Mapping[str, object]
    claims: Mapping[str, object] = field(repr=False)
    claim_texts: dict[str, list[str]] = field(default_factory=dict[str, list[str]], repr=False, compare=False)
    signers: set[str] = field(default_factory=set[str], repr=False, compare=False)
    verdicts: dict[object, Verdict] = field(default_factory=dict[object, Verdict], repr=False, compare=False)


class TokenVerifier(Protocol):
    """Signature and encryption of JSON Web Tokens; what a token must say is the policies' business."""

    def known(self, text: str) -> Token | None:
        """Return what is kept of a token that was read before, without its text; encrypted ones are never kept."""
        ...

    def read(self, text: str, decryption_keys: Sequence[Jwk] = ()) -> Token:
        """Return what a token says, decrypting it where need be.

        Raises:
            TokenError: it is malformed, or no key opens it.
        """
        ...

    def is_signed(self, token: Token, keys: Sequence[Jwk]) -> bool:
        """Whether one of the keys made the token's signature, by the algorithm that its header names."""
        ...

    def certificate_key(self, data: bytes, password: str = "") -> Jwk:
        """Return the key of a certificate (PKCS #12, PEM or DER), the private one where it is there.

        Raises:
            ValueError: it cannot be read.
        """
        ...


class SchemaChecker(Protocol):
    """JSON Schema."""

    def problems(self, schema: Mapping[str, Any], value: object) -> Sequence[str]:
        """Return what is wrong with a value, in words; nothing when it fits.

        Raises:
            ValueError: the schema is none.
        """
        ...


class LiquidError(Exception):
    """A Liquid template is wrong, or took too long."""


class Liquid(Protocol):
    """Liquid templates of `set-body`."""

    def render(self, template: str, values: Mapping[str, object]) -> str:
        """Return the text that a template makes of values.

        Raises:
            LiquidError: it makes none.
        """
        ...


class ValueCache(Protocol):
    """`cache-*-value`: CLR values by key."""

    def get(self, key: str) -> tuple[bool, object]:
        """Return (found, value)."""
        ...

    def put(self, key: str, value: object, seconds: float) -> None:
        """Keep a value."""
        ...

    def remove(self, key: str) -> None:
        """Forget a value."""
        ...


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A response in a cache."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)


class ResponseCache(Protocol):
    """`cache-lookup` and `cache-store`: responses by key."""

    def get(self, key: str) -> StoredResponse | None:
        """Return the response kept under a key."""
        ...

    def put(self, key: str, response: StoredResponse, seconds: float) -> None:
        """Keep a response."""
        ...


class VectorCache(Protocol):
    """Semantic cache: responses by the vector of their prompt, apart by partition."""

    def nearest(self, partition: str, vector: Sequence[float]) -> tuple[float, StoredResponse] | None:
        """Return the cosine similarity and response of the nearest entry.

        Raises:
            ValueError: the vector has another length than those kept, or none at all.
        """
        ...

    def put(self, partition: str, vector: Sequence[float], response: StoredResponse, seconds: float) -> None:
        """Keep a response."""
        ...


class TokenCounter(Protocol):
    """Counts model tokens."""

    def count(self, text: str, model: str) -> int:
        """Return the tokens of a text in the encoding of a model (setting `token_limit.tokenizer`)."""
        ...

    def warm(self) -> object:
        """Begin to load what counting needs, in the background."""
        ...


class Metric(NamedTuple):
    """One emitted metric value."""

    name: str
    namespace: str
    value: float
    dimensions: tuple[tuple[str, str], ...]


class MetricSink(Protocol):
    """Custom metrics of Application Insights."""

    def emit(self, metric: Metric) -> None:
        """Take a metric."""
        ...


@dataclass(frozen=True, slots=True)
class Event:
    """One message to an event hub."""

    logger: str
    content: str
    partition_key: str | None = None
    partition_id: str | None = None


class EventSink(Protocol):
    """Event hubs by logger."""

    def send(self, event: Event) -> None:
        """Take an event."""
        ...


class Catalog(Protocol):
    """The configuration itself, for policies that look into it: `mock-response`, `validate-*`, certificates."""

    def properties(self, resource_id: str) -> Mapping[str, Any] | None:
        """Return the ARM properties of a resource by its id below the service, such as `apis/shop/operations/list`."""
        ...

    def of_kind(self, kind: str) -> Sequence[Mapping[str, Any]]:
        """Return the ARM properties of all resources of a kind, such as `certificate`."""
        ...
