from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from apim_ai.cli.service import Connection

if TYPE_CHECKING:
    from apim_ai.deploy.client import Client
    from apim_ai.deploy.target import Target


def connection(entity: dict[str, Any], recorded: str | None = None) -> tuple[Connection, list[str]]:
    asked: list[str] = []

    def describe() -> dict[str, Any]:
        asked.append("service")
        return entity

    client = cast("Client", SimpleNamespace(describe=describe))
    return Connection(cast("Target", None), client, recorded), asked


def test_a_gateway_that_nobody_recorded_is_asked_of_the_service_once():
    found, asked = connection({"properties": {"gatewayUrl": "https://gateway.example.test"}})
    assert asked == []
    assert (found.gateway, found.gateway) == ("https://gateway.example.test",) * 2
    assert asked == ["service"]


def test_a_recorded_gateway_is_not_asked_for():
    found, asked = connection({}, "http://127.0.0.1:8080")
    assert (found.gateway, asked) == ("http://127.0.0.1:8080", [])


def test_a_service_without_an_address():
    found, _ = connection({})
    assert found.gateway is None
