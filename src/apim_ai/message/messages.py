"""Requests and responses, as policies see and change them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from apim_ai.message.body import Body
from apim_ai.message.headers import Headers

if TYPE_CHECKING:
    from apim_ai.message.url import Url

__all__ = ["REASONS", "Certificate", "Request", "Response"]

REASONS = {
    100: "Continue", 101: "Switching Protocols", 200: "OK", 201: "Created", 202: "Accepted",
    203: "Non-Authoritative Information", 204: "No Content", 205: "Reset Content", 206: "Partial Content",
    207: "Multi-Status", 300: "Multiple Choices", 301: "Moved Permanently", 302: "Found", 303: "See Other",
    304: "Not Modified", 305: "Use Proxy", 307: "Temporary Redirect", 308: "Permanent Redirect", 400: "Bad Request",
    401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    406: "Not Acceptable", 407: "Proxy Authentication Required", 408: "Request Timeout", 409: "Conflict", 410: "Gone",
    411: "Length Required", 412: "Precondition Failed", 413: "Request Entity Too Large", 414: "Request-URI Too Long",
    415: "Unsupported Media Type", 416: "Requested Range Not Satisfiable", 417: "Expectation Failed",
    421: "Misdirected Request", 422: "Unprocessable Entity", 423: "Locked", 424: "Failed Dependency",
    426: "Upgrade Required", 428: "Precondition Required", 429: "Too Many Requests",
    431: "Request Header Fields Too Large", 451: "Unavailable For Legal Reasons", 500: "Internal Server Error",
    501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
    505: "HTTP Version Not Supported", 507: "Insufficient Storage", 511: "Network Authentication Required",
}  # fmt: skip


@dataclass(slots=True)
class Certificate:
    """A client certificate, as DER bytes; what C# shows of it is derived."""

    der: bytes


@dataclass(slots=True)
class Request:
    """One request. `body` is None where the message has none, as in C#."""

    method: str
    url: Url
    headers: Headers = field(default_factory=Headers)
    body: Body | None = None
    ip_address: str = "127.0.0.1"
    certificate: Certificate | None = None

    def copy(self) -> Request:
        """Return a copy that shares only the body."""
        return Request(self.method, self.url, self.headers.copy(), self.body, self.ip_address, self.certificate)


@dataclass(slots=True)
class Response:
    """One response."""

    status: int
    reason: str = ""
    headers: Headers = field(default_factory=Headers)
    body: Body | None = None

    def __post_init__(self) -> None:
        if not self.reason:
            self.reason = REASONS.get(self.status, "")

    @classmethod
    def of_json(cls, status: int, content: bytes, reason: str = "") -> Response:
        """Return a response with a JSON body."""
        return cls(status, reason, Headers([("Content-Type", "application/json")]), Body(content))
