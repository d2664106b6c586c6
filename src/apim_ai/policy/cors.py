"""`cors`.

The gateway hands a preflight to `answer_preflight` before it checks any key: no other policy runs for it. A request is a
preflight when `is_preflight` says so and the API has no OPTIONS operation of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import (
    BOOLEAN,
    SECONDS,
    TEXT,
    Item,
    Policy,
    Value,
    attribute,
    child,
    item,
    policy,
    texts,
)
from apim_ai.message import Headers, Response, Url
from apim_ai.runtime import Respond, run_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apim_ai.message import Request
    from apim_ai.runtime import Exchange, Runnable

__all__ = [
    "AllowedHeaders",
    "AllowedMethods",
    "AllowedOrigins",
    "Cors",
    "ExposeHeaders",
    "answer_preflight",
    "is_preflight",
    "same_origin",
]

ANY = "*"
DEFAULT_METHODS = ("GET", "POST")
PREFLIGHT, DECIDED = "cors.preflight", "cors.decided"  # keys of `Exchange.private`
_TERMINATED = frozenset({"GET", "HEAD"})
_SAFE_HEADERS = frozenset({"accept", "accept-language", "content-language", "origin"})  # as in the CORS of ASP.NET


@item("allowed-origins")
class AllowedOrigins(Item):
    """Who may call: `*`, or scheme, host and port."""

    origin: tuple[Value[str], ...] = texts("origin", TEXT, at_least=1)


@item("allowed-methods")
class AllowedMethods(Item):
    """Methods besides GET and POST."""

    preflight_result_max_age: Value[int] = attribute(
        SECONDS, default=0, doc="seconds for which a browser may keep the answer of a preflight"
    )
    method: tuple[Value[str], ...] = texts("method", TEXT, at_least=1)


@item("allowed-headers")
class AllowedHeaders(Item):
    """Headers that the caller may send: `*` or names."""

    header: tuple[Value[str], ...] = texts("header", TEXT, at_least=1)


@item("expose-headers")
class ExposeHeaders(Item):
    """Headers of the response that the caller may read: `*` or names."""

    header: tuple[Value[str], ...] = texts("header", TEXT, at_least=1)


@policy("cors", sections=("inbound",), once="section", page="cors-policy", settings=("cors.wildcard_with_credentials",))
class Cors(Policy):
    """Let browsers of other origins call the API.

    Only the first `cors` that runs counts. Requests without `Origin` are none of its business.
    """

    allow_credentials: Value[bool] = attribute(BOOLEAN, default=False)
    terminate_unmatched_request: Value[bool] = attribute(
        BOOLEAN, default=True, doc="answer an unmatched preflight, GET or HEAD with an empty 200"
    )
    allowed_origins: AllowedOrigins = child(AllowedOrigins, required=True)
    allowed_methods: AllowedMethods | None = child(AllowedMethods)
    allowed_headers: AllowedHeaders | None = child(AllowedHeaders)
    expose_headers: ExposeHeaders | None = child(ExposeHeaders)

    def run(self, exchange: Exchange, /) -> Respond | None:
        """Answer a preflight; let other requests pass and mark their response."""
        origin = exchange.request.headers.get("Origin")
        if origin is None:
            return None
        if PREFLIGHT in exchange.private:
            return self._preflight(exchange, origin)
        if exchange.private.setdefault(DECIDED, self) is not self:
            exchange.note("an earlier cors has decided")
            return None
        if self.allows(exchange, origin):
            exchange.on_leaving.append(lambda response: self._mark(exchange, origin, response.headers))
            exchange.note("the origin is allowed")
            return None
        exchange.note("the origin is not allowed")
        ends = exchange.request.method in _TERMINATED and self.terminate_unmatched_request(exchange.context)
        return Respond(Response(200)) if ends else None

    def allows(self, exchange: Exchange, origin: str) -> bool:
        """Whether the origin is one of those allowed."""
        allowed = (each(exchange.context) for each in self.allowed_origins.origin)
        return any(each.strip() == ANY or same_origin(each, origin) for each in allowed)

    def methods(self, exchange: Exchange) -> list[str]:
        """Return the allowed methods in upper case."""
        if self.allowed_methods is None:
            return list(DEFAULT_METHODS)
        return [each(exchange.context).strip().upper() for each in self.allowed_methods.method]

    def _preflight(self, exchange: Exchange, origin: str) -> Respond | None:
        headers = exchange.request.headers
        method = (headers.get("Access-Control-Request-Method") or "").strip()
        asked = [name.strip() for name in (headers.get("Access-Control-Request-Headers") or "").split(",")]
        wanted = [name for name in asked if name]
        methods, names = self.methods(exchange), self._header_names(exchange)
        is_method_allowed = ANY in methods or method.upper() in methods
        if self.allows(exchange, origin) and is_method_allowed and _covers(names, wanted):
            exchange.note("the preflight is allowed")
            response = Response(200)
            self._mark_origin(exchange, origin, response.headers)
            _set_list(response.headers, "Access-Control-Allow-Methods", [method] if ANY in methods else methods)
            _set_list(response.headers, "Access-Control-Allow-Headers", wanted if ANY in names else names)
            self._mark_age(exchange, response.headers)
            return Respond(response)
        exchange.note("the preflight is not allowed")
        return Respond(Response(200)) if self.terminate_unmatched_request(exchange.context) else None

    def _header_names(self, exchange: Exchange) -> list[str]:
        if self.allowed_headers is None:
            return []
        return [each(exchange.context).strip() for each in self.allowed_headers.header]

    def _mark(self, exchange: Exchange, origin: str, headers: Headers) -> None:
        self._mark_origin(exchange, origin, headers)
        if self.expose_headers is not None:
            exposed = [each(exchange.context).strip() for each in self.expose_headers.header]
            _set_list(headers, "Access-Control-Expose-Headers", exposed)

    def _mark_origin(self, exchange: Exchange, origin: str, headers: Headers) -> None:
        has_credentials = self.allow_credentials(exchange.context)
        allowed = origin
        if any(each(exchange.context).strip() == ANY for each in self.allowed_origins.origin):
            allowed = ANY
            if has_credentials:
                decision = exchange.settings.cors_wildcard_with_credentials
                exchange.trace.decided_by("cors.wildcard_with_credentials", decision)
                allowed = {"echo": origin, "wildcard": ANY, "omit": ""}[decision]
        if allowed:
            headers.set("Access-Control-Allow-Origin", allowed)
        if has_credentials:
            headers.set("Access-Control-Allow-Credentials", "true")

    def _mark_age(self, exchange: Exchange, headers: Headers) -> None:
        if self.allowed_methods is not None and self.allowed_methods.preflight_result_max_age.text is not None:
            age = self.allowed_methods.preflight_result_max_age(exchange.context)
            headers.set("Access-Control-Max-Age", str(age))


def is_preflight(request: Request) -> bool:
    """Whether a request has the form of a preflight."""
    headers = request.headers
    return request.method == "OPTIONS" and "Origin" in headers and "Access-Control-Request-Method" in headers


async def answer_preflight(policies: Sequence[Runnable], exchange: Exchange) -> Response | None:
    """Answer a preflight by the `cors` statements among the effective inbound policies, the first first.

    Returns:
        The answer, empty where none matched; None where there is no `cors` at all, so the request is an ordinary one.
    """
    statements = [each for each in policies if isinstance(each, Cors)]
    if not statements:
        return None
    exchange.private[PREFLIGHT] = True
    outcome = await run_all(statements, exchange)
    return Response(200) if outcome is None else outcome.response


def same_origin(allowed: str, origin: str) -> bool:
    """Whether two origins agree in scheme, host and port, default ports filled in."""
    try:
        one, other = Url.parse(allowed.strip()), Url.parse(origin.strip())
    except ValueError:
        return allowed.strip() == origin.strip()
    return (one.scheme, one.host.lower(), one.port) == (other.scheme, other.host.lower(), other.port)


def _covers(allowed: Sequence[str], wanted: Sequence[str]) -> bool:
    names = {name.lower() for name in allowed} | _SAFE_HEADERS
    return ANY in allowed or all(name.lower() in names for name in wanted)


def _set_list(headers: Headers, name: str, values: Sequence[str]) -> None:
    if values:
        headers.set(name, ",".join(values))
