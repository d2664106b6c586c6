"""What people see of an exchange."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.gateway.world import FakeWire, api, call, gateway, header, operation, policy

from apim_ai.gateway import Inspector
from apim_ai.gateway.export import Record, exported, service_trace
from apim_ai.message import Response
from apim_ai.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.runtime import Exchange

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def keeping(records: list[Record]) -> Callable[[Exchange], None]:
    return lambda exchange: records.append(Record.of(exchange))


async def seen(**options: object) -> Inspector:
    inspector = Inspector(keep=2)
    secret = Resource("named_value", "namedValues/s", {"displayName": "s", "value": "top-secret", "secret": True})
    served = gateway(
        api(),
        operation(),
        policy(inbound="<base />" + header("x-note", "{{s}}")),
        secret,
        wire=FakeWire(lambda _: Response(404)),
        on_finished=inspector.record,
        **options,
    )
    inspector.redact = served.redact
    for number in range(3):
        await call(served, f"/shop/{number}", headers={"Authorization": "Bearer abc", "X-Plain": "1"})
    return inspector


async def test_the_last_exchanges_are_kept_newest_first():
    traces = (await seen()).exchanges()
    assert [trace["request"]["path"] for trace in traces] == ["/shop/2", "/shop/1"]
    first = traces[0]
    assert first["response"]["status"] == 404
    assert [step["policy"] for step in first["steps"]] == ["set-header", "forward-request"]
    assert first["steps"][0]["line"] == 1
    assert first["api"] == "apis/shop"
    json.dumps(traces)


async def test_secrets_are_hidden():
    inspector = await seen()
    content = json.dumps(inspector.exchanges())
    assert "top-secret" not in content
    assert "Bearer abc" not in content
    assert inspector.exchanges()[0]["request"]["headers"]["X-Plain"] == "1"


async def test_the_service_s_shape_groups_by_section():
    records: list[Record] = []
    served = gateway(api(), operation(), policy(inbound=header("x", "1")), on_finished=keeping(records))
    await call(served)
    trace = service_trace(records[0], "demo")
    assert trace["serviceName"] == "demo"
    assert list(trace["traceEntries"]) == ["inbound", "backend"]
    assert trace["traceEntries"]["inbound"][0]["source"] == "set-header"
    assert trace["traceEntries"]["inbound"][0]["elapsed"].startswith("00:00:00.")


async def test_a_detailed_trace_tells_what_each_policy_changed():
    records: list[Record] = []
    document = policy(
        inbound='<set-variable name="v" value="@(1 + 1)" /><choose><when condition="@(true)">'
        + header("x", "1")
        + header("Authorization", "Bearer hidden-token")
        + "</when></choose>",
        outbound="<base />" + header("x", "2"),
    )
    served = gateway(api(), operation(), document, on_finished=keeping(records))
    await call(served)
    assert all(step["changes"] == [] for step in exported(records[0])["steps"])
    served.detailed = True
    await call(served)
    told = {
        f"{step['policy']} {change['what']}": (change["before"], change["after"])
        for step in exported(records[1])["steps"]
        for change in step["changes"]
    }
    assert told == {
        "set-variable variable v": (None, "2 (System.Int32)"),
        "set-header request header x": (None, "1"),
        "set-header request header authorization": (None, "(secret)"),
        "forward-request response status": (None, "200"),
        "set-header response header x": (None, "2"),
    }
