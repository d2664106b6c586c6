"""Documents behind links, fetched over real sockets."""

from __future__ import annotations

import asyncio
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from apim_ai.arm.call import Call
from apim_ai.arm.links import LARGEST, fetched, followed
from apim_ai.arm.refusal import Refusal
from apim_ai.resource.shape import is_object

from .conftest import SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWERS: dict[str, tuple[int, bytes, str | None]] = {
    "/there": (200, "\ufeffdöcument".encode(), None),
    "/moved": (302, b"", "/there"),
    "/loop": (302, b"", "/loop"),
    "/large": (200, b"x" * (LARGEST + 1), None),
    "/binary": (200, b"\xff\xfe\xfd", None),
}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, content, location = ANSWERS.get(self.path, (404, b"", None))
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.parametrize("path", ["/there", "/moved"])
def test_a_document_is_fetched(origin: str, path: str) -> None:
    assert asyncio.run(fetched(f"{origin}{path}")) == "döcument"


@pytest.mark.parametrize("path", ["/none", "/loop", "/large", "/binary"])
def test_what_is_no_document(origin: str, path: str) -> None:
    with pytest.raises((OSError, ValueError)):
        asyncio.run(fetched(f"{origin}{path}"))


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://", "http://[", "nothing"])
def test_what_leads_nowhere(url: str) -> None:
    with pytest.raises((OSError, ValueError)):
        asyncio.run(fetched(url))


def follow(method: str, path: str, properties: Any) -> Any:
    async def fetch(_: str) -> str:
        return "fetched"

    call = Call(method, f"{SERVICE}/{path}", {}, {"properties": properties})
    body = asyncio.run(followed(call, fetch)).body
    assert is_object(body)
    return body["properties"]


LINK = {"format": "openapi-link", "value": "https://docs.test/o", "path": "p"}


def test_a_document_takes_the_place_of_its_link() -> None:
    assert follow("PUT", "apis/a", LINK) == {"format": "openapi", "value": "fetched", "path": "p"}


@pytest.mark.parametrize(
    ("method", "path", "properties"),
    [
        ("GET", "apis/a", LINK),
        ("PUT", "products/a", LINK),
        ("PUT", "policyFragments/a", {**LINK, "format": "rawxml-link"}),
        ("PUT", "apis/a", {**LINK, "format": "rawxml-link"}),
        ("PUT", "apis/a", {**LINK, "format": "openapi"}),
        ("PUT", "apis/a", {**LINK, "format": 5}),
        ("PUT", "apis/a", []),
    ],
)
def test_what_takes_no_links_is_left_as_it_is(method: str, path: str, properties: Any) -> None:
    assert follow(method, path, properties) is properties


@pytest.mark.parametrize("value", [None, 5, "docs.test", "ftp://docs.test/o", "https://", "https://[/o"])
def test_a_link_must_be_one(value: object) -> None:
    with pytest.raises(Refusal):
        follow("PUT", "apis/a", {**LINK, "value": value})
