"""Backends at run time: which entity takes a request, its credentials, its breaker, and what becomes of the answer."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from apim_ai.family.outgoing import CERTIFICATE, PROXY, uploaded_certificate
from apim_ai.gateway.breaker import CLOSED, Circuit, recorded, retry_after_seconds
from apim_ai.gateway.pool import Selector, best_group
from apim_ai.message import Body, Headers, Response, Url
from apim_ai.runtime import Callout, Endpoint, IdentityError, PolicyError, WireError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from random import Random

    from apim_ai.gateway.backend_entity import BackendEntity
    from apim_ai.gateway.breaker import Rule
    from apim_ai.gateway.pool import Member
    from apim_ai.runtime import Exchange, ForwardOptions

__all__ = ["ARRIVED_BODY", "ARRIVED_HOST", "BackendService", "UnitState"]

ARRIVED_BODY = "gateway.arrived_body"
"""Where the exchange keeps the body that the caller sent."""

ARRIVED_HOST = "gateway.arrived_host"
"""Where the exchange keeps the `Host` that the caller sent."""

SOURCE = "forward-request"
COLLECT_SIZE = 8 * 1024  # bytes, `buffer-response`: "chunks collected to 8 KB or end of stream"
OPEN_STATUS = 503
_SENT = "gateway.sent_body"

HOP_BY_HOP = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", "expect",
    }
)  # fmt: skip
"""Fields that are for one connection only (RFC 9110 section 7.6.1) and never forwarded."""

_NOT_FORWARDED = HOP_BY_HOP | {"host"}


@dataclass(slots=True)
class UnitState:
    """What one unit of the gateway remembers of its backends; survives a reload of the configuration.

    Args:
        random: for pools with random selection, else None.
        circuits: breaker states by backend id, with the rule they were made under.
        selectors: turns by pool id.
    """

    random: Random | None = None
    circuits: dict[str, Circuit] = field(default_factory=dict[str, Circuit])
    selectors: dict[str, Selector] = field(default_factory=dict[str, Selector])

    def circuit(self, entity: BackendEntity) -> Circuit:
        """Return the state of an entity's breaker."""
        return self.circuits.get(entity.id, CLOSED)

    def selector(self, pool: BackendEntity) -> Selector:
        """Return whose turn it is in a pool."""
        found = self.selectors.get(pool.id)
        if found is None:
            found = self.selectors[pool.id] = Selector(self.random)
        return found


class BackendService:
    """Fits `runtime.services.Backends`, for one unit and one configuration.

    Args:
        entities: the backend entities by name in lower case.
        state: what the unit remembers.
    """

    def __init__(self, entities: Mapping[str, BackendEntity], state: UnitState) -> None:
        self._entities = entities
        self._state = state

    def select(self, exchange: Exchange, backend_id: str) -> None:
        """Let the exchange's request go to a backend entity.

        Raises:
            KeyError: there is no such entity.
        """
        entity = self._entity(backend_id)
        exchange.context.backend = entity.info
        if entity.url is not None:
            exchange.move_to(entity.url)

    def _entity(self, backend_id: str) -> BackendEntity:
        found = self._entities.get(backend_id)  # most are written as they are kept
        return found if found is not None else self._entities[backend_id.rsplit("/", 1)[-1].lower()]

    # --- forward-request ------------------------------------------------------------------------------------------

    async def forward(self, exchange: Exchange, options: ForwardOptions) -> Response:
        """Send the exchange's request to its target and return the response.

        Raises:
            PolicyError: no connection, a timeout, an open circuit, a body that cannot be sent again.
        """
        target = exchange.target
        entity: BackendEntity | None = None
        member: Member | None = None
        if target.backend_id is not None:
            try:
                entity = self._entity(target.backend_id)
            except KeyError:
                message = f"Backend with id '{target.backend_id}' could not be found."
                raise PolicyError(SOURCE, "BackendNotFound", message) from None
        elif target.base_url is None:
            raise PolicyError(SOURCE, "BackendConnectionFailure", "The API has no backend URL.")
        pool = entity
        if entity is not None:
            entity, member = self._available(exchange, entity)
        body = _body(exchange)
        if body is not None and options.buffer_request_body:
            if body.content is None:
                content = await body.buffer()
                body.finish_unsent()
                body = Body(content)
            exchange.is_request_buffered = True
        exchange.private[_SENT] = exchange.context.request.body
        callout = _callout(exchange, options, body, entity)
        if entity is not None and entity.identity is not None:
            await _authorize(exchange, entity, callout)
        response = await self._send(exchange, callout, entity, source=SOURCE)
        if pool is not None and pool.affinity is not None and member is not None:
            _tie(exchange, pool, member, response)
        if options.buffer_response and response.body is not None:
            response.body.collect(COLLECT_SIZE)
        return response

    def _available(self, exchange: Exchange, entity: BackendEntity) -> tuple[BackendEntity, Member | None]:
        """Return the single backend that takes a request: the entity itself, or a member of the pool.

        Raises:
            PolicyError: its circuit is open, or those of all members are.
        """
        now = exchange.services.clock.monotonic()
        if not entity.is_pool:
            if entity.rule is not None and self._state.circuit(entity).is_open(now):
                raise _unavailable(
                    exchange, exchange.settings.breaker_open_status_reason, f"circuit of {entity.id} open"
                )
            return entity, None
        tripped: set[str] = set()
        if self._state.circuits:  # else no call has failed yet
            tripped = {
                member.backend_id
                for member in entity.members
                if self._state.circuit(self._entities[member.backend_id.lower()]).is_open(now)
            }
        member = None if entity.affinity is None else self._sticky(exchange, entity, tripped)
        if member is None:
            group = best_group(entity.members, tripped) if tripped else entity.best
            if not group:
                reason = exchange.settings.pool_exhausted_status_reason.replace("{id}", entity.id)
                raise _unavailable(exchange, reason, f"all members of {entity.id} are tripped")
            member = self._state.selector(entity).select(group)
        chosen = self._entity(member.backend_id)
        note = f"pool {entity.id}: {chosen.id}"
        exchange.note(f"{note}, tripped: {', '.join(sorted(tripped))}" if tripped else note)
        return chosen, member

    def _sticky(self, exchange: Exchange, pool: BackendEntity, tripped: set[str]) -> Member | None:
        """Return the member that the caller's session cookie names, where it may take the request."""
        member = _tied(exchange, pool)
        if member is None or member.backend_id not in tripped:
            return member
        setting = exchange.settings.pool_affinity_on_trip
        exchange.trace.decided_by("pool.affinity_on_trip", setting)
        if setting == "fail":
            reason = exchange.settings.breaker_open_status_reason
            raise _unavailable(exchange, reason, f"the session's member {member.backend_id} is tripped")
        return None

    # --- calls of policies ----------------------------------------------------------------------------------------

    async def call(
        self, exchange: Exchange, backend_id: str, request: Callable[[Endpoint], Awaitable[Callout]]
    ) -> Response:
        """Send a policy's own request through a backend entity: with its credentials, TLS flags and breaker.

        Raises:
            PolicyError: the entity does not exist, its circuit is open, or there is no connection.
        """
        try:
            entity = self._entity(backend_id)
        except KeyError:
            message = f"Backend with id '{backend_id}' could not be found."
            raise PolicyError("backend", "BackendNotFound", message) from None
        response_before = exchange.response
        try:
            entity, _ = self._available(exchange, entity)
        except PolicyError:
            exchange.response = response_before  # the exchange's own answer is not the callout's
            raise
        assert entity.url is not None  # noqa: S101 - a pool has no pools in it
        authorizes = entity.identity is not None or any(name.lower() == "authorization" for name, _ in entity.headers)
        callout = await request(Endpoint(entity.url, authorizes))
        _use_entity(exchange, callout, entity)
        await _authorize(exchange, entity, callout)
        return await self._send(exchange, callout, entity, source="backend")

    # --- the wire -------------------------------------------------------------------------------------------------

    async def _send(
        self, exchange: Exchange, callout: Callout, entity: BackendEntity | None, *, source: str
    ) -> Response:
        try:
            response = await exchange.services.wire.send(callout)
        except WireError as error:
            raise self._failed(exchange, callout, entity, error, source) from error
        url = callout.url
        exchange.note(f"{callout.method} {url.scheme}://{url.authority}{url.path}: {response.status}")
        rule = None if entity is None else entity.rule
        if entity is not None and rule is not None:
            failed = rule.is_failure(response.status, None, exchange.settings)
            if failed or rule.percentage is not None or entity.id in self._state.circuits:
                self._record(exchange, entity, rule, response.headers.get("Retry-After"), failed=failed)
        return response

    def _failed(
        self, exchange: Exchange, callout: Callout, entity: BackendEntity | None, error: WireError, source: str
    ) -> PolicyError:
        """Return the error for a request without an answer, and tell the breaker."""
        settings, url = exchange.settings, callout.url
        exchange.note(f"{callout.method} {url.scheme}://{url.authority}{url.path}: {error}")
        is_timeout = error.kind == "timeout"
        reason = "Timeout" if is_timeout else "BackendConnectionFailure"
        if entity is not None and entity.rule is not None:
            failed = entity.rule.is_failure(None, reason, settings)
            self._record(exchange, entity, entity.rule, None, failed=failed)
        if is_timeout:
            status, setting = settings.errors_timeout_status, "errors.timeout_status"
        else:
            status, setting = settings.errors_connection_status, "errors.connection_status"
        exchange.trace.decided_by(setting, status)
        return PolicyError(source, reason, f"The backend did not answer: {error}", status)

    def _record(
        self, exchange: Exchange, entity: BackendEntity, rule: Rule, retry_after: str | None, *, failed: bool
    ) -> None:
        settings = exchange.settings
        if not failed and rule.percentage is None and entity.id not in self._state.circuits:
            return  # nothing is remembered of what goes well
        before = self._state.circuit(entity)
        clock = exchange.services.clock
        seconds = retry_after_seconds(retry_after, clock.now()) if failed else None
        after = recorded(before, rule, clock.monotonic(), failed=failed, retry_after=seconds, settings=settings)
        if after is not before:
            self._state.circuits[entity.id] = after
            if after.open_until > before.open_until:
                exchange.note(f"circuit of {entity.id} trips for {after.open_until - clock.monotonic():g} s")


def _unavailable(exchange: Exchange, reason: str, note: str) -> PolicyError:
    """Return the refusal when a circuit is open; the 503 stands in `context.Response`, where `retry` looks at it."""
    body = exchange.settings.breaker_open_body.encode()
    exchange.note(note)
    exchange.response = Response.of_json(OPEN_STATUS, body, reason)
    return PolicyError(SOURCE, "BackendUnavailable", reason, OPEN_STATUS, body=body, status_reason=reason)


def _body(exchange: Exchange) -> Body | None:
    """Return the body to send: the bytes where they are at hand, else the stream; a stream can be sent only once.

    Raises:
        PolicyError: it was sent already and not buffered (setting `forward.replay_unbuffered`).
    """
    body = exchange.context.request.body
    if body is None:
        return None
    if body.consumed:
        return Body(b"")
    private = exchange.private
    arrived = private.get(ARRIVED_BODY) is body
    if arrived and private.get(_SENT) is body and not exchange.is_request_buffered:
        setting = exchange.settings.forward_replay_unbuffered
        exchange.trace.decided_by("forward.replay_unbuffered", setting)
        if setting == "empty":
            return Body(b"")
        message = "The request body was sent already and is not buffered; buffer-request-body keeps it for a retry."
        raise PolicyError(SOURCE, "BackendConnectionFailure", message)
    if body.content is None:
        return body
    body.finish_unsent()
    return Body(body.content)


def _callout(exchange: Exchange, options: ForwardOptions, body: Body | None, entity: BackendEntity | None) -> Callout:
    request = exchange.context.request
    url = request.url
    if entity is not None:
        url = _at_entity(entity, exchange.relative_path, url)
    callout = Callout(
        request.method,
        url,
        _forwarded_headers(exchange),
        body,
        "backend",
        options.timeout,
        options.follow_redirects,
        options.http_version,
    )
    certificate, proxy = exchange.private.get(CERTIFICATE), exchange.private.get(PROXY)
    if isinstance(certificate, bytes):
        callout.certificate = certificate
    if isinstance(proxy, str):
        callout.proxy = proxy
    if entity is not None:
        _use_entity(exchange, callout, entity)
    return callout


def _at_entity(entity: BackendEntity, path: str, url: Url) -> Url:
    """Return the URL at an entity for a relative path, with the query of both."""
    base = entity.url
    assert base is not None  # noqa: S101 - a single backend has a URL
    query = url.query_string
    if base.query_string:
        query = f"{query}&{base.query_string}" if query else base.query_string
    return Url(base.scheme, base.host, base.port, base.path.rstrip("/") + path, query)


def _forwarded_headers(exchange: Exchange) -> Headers:
    """Return the request's headers without those of the caller's own connection.

    `Host` is the backend's unless a policy set another one.
    """
    request = exchange.context.request
    given = request.headers
    headers = given.without(_NOT_FORWARDED)
    connection = given.get("Connection")
    if connection:
        for name in connection.split(","):
            headers.remove(name.strip())
    host = given.get("Host")
    if host is not None and host is not exchange.private.get(ARRIVED_HOST):
        headers.set("Host", host)
    headers.add("X-Forwarded-For", request.ip_address)
    return headers


def _use_entity(exchange: Exchange, callout: Callout, entity: BackendEntity) -> None:
    """Give a request what its backend entity asks for; a policy's own certificate and proxy win."""
    callout.verify_chain = entity.verify_chain
    callout.verify_name = entity.verify_name
    if callout.certificate is None and entity.certificate is not None:
        callout.certificate = _certificate(exchange, entity.certificate)
    callout.proxy = callout.proxy or entity.proxy
    for name, values in entity.headers:
        callout.headers.set(name, *values)


def _certificate(exchange: Exchange, certificate_id: str) -> bytes:
    """Return the client certificate of an entity's credentials as PEM."""
    properties = exchange.services.catalog.properties(f"certificates/{certificate_id}") or {}
    try:
        return uploaded_certificate(b64decode(str(properties["data"])), str(properties.get("password") or ""))
    except (KeyError, ValueError) as error:
        message = f"The certificate '{certificate_id}' could not be found or read."
        raise PolicyError(SOURCE, "CertificateNotFound", message) from error


async def _authorize(exchange: Exchange, entity: BackendEntity, callout: Callout) -> None:
    """Put the managed identity's token of the entity's credentials on a request."""
    if entity.identity is None:
        return
    resource, client_id = entity.identity
    try:
        token = await exchange.services.identity.token(resource, client_id)
    except IdentityError as error:
        status = exchange.settings.mi_failure_status
        message = f"The managed identity has no token for '{resource}'."
        raise PolicyError(SOURCE, "ManagedIdentityFailure", message, status) from error
    callout.headers.set("Authorization", f"Bearer {token}")


def _tied(exchange: Exchange, pool: BackendEntity) -> Member | None:
    """Return the member that the session cookie of a request names."""
    if pool.affinity is None:
        return None
    for piece in ";".join(exchange.context.request.headers.values("Cookie")).split(";"):
        name, _, value = piece.strip().partition("=")
        if name == pool.affinity.cookie:
            return next((m for m in pool.members if pool.affinity.value(pool.id, m) == value.strip('"')), None)
    return None


def _tie(exchange: Exchange, pool: BackendEntity, member: Member, response: Response) -> None:
    """Set the session cookie, unless the caller has it."""
    if pool.affinity is not None and _tied(exchange, pool) is not member:
        value = pool.affinity.value(pool.id, member)
        response.headers.add("Set-Cookie", f"{pool.affinity.cookie}={value}; Path=/; HttpOnly")
