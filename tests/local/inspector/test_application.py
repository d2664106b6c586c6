from __future__ import annotations

from typing import Any

import httpx
import pytest

from apim_ai.local.inspector import InspectorPage

TOKEN = "token-of-the-inspector"
EXCHANGES: list[dict[str, Any]] = [{"id": "b", "request": {"path": "/2"}}, {"id": "a", "request": {"path": "/1"}}]
BACKENDS: list[dict[str, Any]] = [{"id": "ptu", "circuit": "open"}]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def client(token: str | None = TOKEN) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    transport = httpx.ASGITransport(InspectorPage(lambda: EXCHANGES, lambda: BACKENDS, TOKEN))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers)


@pytest.mark.anyio
async def test_the_page_holds_no_data_and_loads_nothing_from_elsewhere() -> None:
    async with client(None) as http:
        page = await http.get("/inspector")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert TOKEN not in page.text
    assert "://" not in page.text


@pytest.mark.anyio
@pytest.mark.parametrize("token", [None, "wrong"])
async def test_the_data_needs_the_token(token: str | None) -> None:
    async with client(token) as http:
        for path in ("/inspector/exchanges", "/inspector/exchanges/a", "/inspector/backends", "/inspector/x"):
            assert (await http.get(path)).status_code == 401


@pytest.mark.anyio
async def test_exchanges_as_json() -> None:
    async with client() as http:
        assert (await http.get("/inspector/exchanges")).json() == {"exchanges": EXCHANGES}
        assert (await http.get("/inspector/exchanges/a")).json() == EXCHANGES[1]
        assert (await http.get("/inspector/exchanges/none")).status_code == 404
        assert (await http.get("/inspector/other")).status_code == 404


@pytest.mark.anyio
async def test_backends_as_json() -> None:
    async with client() as http:
        assert (await http.get("/inspector/backends")).json() == {"backends": BACKENDS}
        assert (await http.get("/inspector/backends/ptu")).json() == BACKENDS[0]
        assert (await http.get("/inspector/backends/payg")).status_code == 404
