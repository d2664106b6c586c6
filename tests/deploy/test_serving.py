from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
import respx

from apim_ai.deploy.serving import HEADER, Probe, probe_path
from apim_ai.resource import Resource, Resources

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "http://gateway.test/health"


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def probe(seconds: float = 5.0) -> Probe:
    time = Time()
    return Probe(URL, seconds=seconds, now=lambda: time.now, sleep=time.sleep)


def answers(*stamps: str | None) -> Iterator[httpx.Response]:
    for stamp in stamps:
        yield httpx.Response(401, headers={} if stamp is None else {HEADER: stamp})


@respx.mock
def test_enough_answers_in_a_row() -> None:
    route = respx.get(URL).mock(side_effect=answers("old", "new", "old", "new", "new", "new"))
    assert probe().sees("new")
    assert route.call_count == 6


@respx.mock
def test_not_in_time() -> None:
    respx.get(URL).respond(200, headers={HEADER: "old"})
    assert not probe().sees("new")


@respx.mock
def test_a_gateway_that_is_not_there() -> None:
    respx.get(URL).mock(side_effect=httpx.ConnectError("refused"))
    assert not probe(1.0).sees("new")


def operation(api: str, name: str, method: str, template: str) -> Resource:
    return Resource("operation", f"apis/{api}/operations/{name}", {"method": method, "urlTemplate": template})


@pytest.mark.parametrize(
    ("operations", "path"),
    [
        ([], None),
        ([operation("a", "x", "POST", "/x"), operation("a", "y", "GET", "/{id}")], None),
        ([operation("a", "x", "GET", "/models"), operation("a", "h", "GET", "/health")], "/shop/health"),
        ([operation("b", "x", "GET", "/")], "/"),
    ],
)
def test_what_can_be_asked_for_nothing(operations: list[Resource], path: str | None) -> None:
    apis = (Resource("api", "apis/a", {"path": "shop"}), Resource("api", "apis/b", {"path": ""}))
    assert probe_path(Resources((*apis, *operations))) == path


def test_an_api_that_wants_no_key_comes_first() -> None:
    apis = (
        Resource("api", "apis/a", {"path": "a"}),
        Resource("api", "apis/b", {"path": "b", "subscriptionRequired": False}),
    )
    operations = (operation("a", "h", "GET", "/health"), operation("b", "m", "GET", "/models"))
    assert probe_path(Resources((*apis, *operations))) == "/b/models"
