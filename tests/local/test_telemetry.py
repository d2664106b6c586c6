from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from tests.gateway.world import FakeWire, api, call, operation, policy

from apim_ai.gateway import Gateway
from apim_ai.gateway.metrics import MemoryMetrics
from apim_ai.local.telemetry import Telemetry
from apim_ai.message import Body, Headers, Response
from apim_ai.resource import Resources
from apim_ai.runtime import WireError

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.runtime import Callout

CHAT = "/openai/deployments/gpt-4o/chat/completions"
ASK = json.dumps({"messages": [{"role": "user", "content": "a secret question"}]}).encode()
USAGE = {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17}
METRIC = '<base /><llm-emit-token-metric namespace="ai"><dimension name="team" value="a" /></llm-emit-token-metric>'


class Seen:
    """A gateway whose telemetry stays in memory."""

    def __init__(self, answer: Callable[[Callout], Response] | None = None, **sections: str) -> None:
        self._spans = InMemorySpanExporter()
        self._reader = InMemoryMetricReader()
        tracers = TracerProvider()
        tracers.add_span_processor(SimpleSpanProcessor(self._spans))
        telemetry = Telemetry(tracers, MeterProvider([self._reader]))
        self.gateway = Gateway(
            Resources([api(path="openai"), operation(), policy(**sections)]),
            wire=FakeWire(answer or answered),
            metrics=MemoryMetrics(on_metric=telemetry.emit),
            on_finished=telemetry.record,
        )

    def ask(self, *arguments: Any, **options: Any) -> None:
        async def main() -> None:
            exchange = await call(self.gateway, *arguments, **options)
            assert exchange.response is not None
            if exchange.response.body is not None:
                exchange.response.body.finish_unsent()

        asyncio.run(main())

    @property
    def spans(self) -> dict[SpanKind, list[ReadableSpan]]:
        found: dict[SpanKind, list[ReadableSpan]] = {SpanKind.SERVER: [], SpanKind.CLIENT: []}
        for span in self._spans.get_finished_spans():
            found[span.kind].append(span)
        return found

    @property
    def metrics(self) -> dict[str, list[tuple[dict[str, Any], float]]]:
        data = self._reader.get_metrics_data()
        assert data is not None
        return {
            metric.name: [
                (dict(point.attributes or {}), getattr(point, "sum", None) or getattr(point, "value", 0.0))
                for point in metric.data.data_points
            ]
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }


def answered(_: Callout) -> Response:
    content = json.dumps({"object": "chat.completion", "choices": [], "usage": USAGE}).encode()
    return Response(200, headers=Headers.of({"Content-Type": "application/json"}), body=Body(content))


def test_a_call_of_a_model_is_a_span_in_the_span_of_its_request() -> None:
    seen = Seen(inbound=METRIC)
    seen.ask(f"{CHAT}?api-version=1&secret=s", "POST", body=ASK)
    (server,), (client,) = seen.spans[SpanKind.SERVER], seen.spans[SpanKind.CLIENT]
    assert client.parent is not None
    assert server.context is not None
    assert client.parent.span_id == server.context.span_id
    assert client.name == "chat gpt-4o"
    assert client.attributes is not None
    assert {key: value for key, value in client.attributes.items() if key.startswith("gen_ai.")} == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "azure.ai.openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.input_tokens": 12,
        "gen_ai.usage.output_tokens": 5,
    }
    assert server.attributes is not None
    assert server.attributes["http.response.status_code"] == 200
    assert server.attributes["apim.api"] == "apis/shop"
    assert server.status.status_code is StatusCode.UNSET
    assert server.start_time is not None
    assert client.start_time is not None
    assert server.end_time is not None
    assert client.end_time is not None
    assert server.start_time <= client.start_time <= client.end_time <= server.end_time
    assert "llm-emit-token-metric" in [event.name for event in server.events]


def test_neither_bodies_nor_queries_nor_headers_are_told() -> None:
    seen = Seen(inbound=METRIC)
    seen.ask(f"{CHAT}?secret=in-the-query", "POST", headers={"api-key": "in-the-header"}, body=ASK)
    told = "".join(span.to_json() for spans in seen.spans.values() for span in spans)
    assert told
    for secret in ("a secret question", "in-the-query", "in-the-header"):
        assert secret not in told


def test_metrics_have_the_conventions_names() -> None:
    seen = Seen(inbound=METRIC)
    seen.ask(CHAT, "POST", body=ASK)
    found = seen.metrics
    assert {(labels["gen_ai.token.type"], value) for labels, value in found["gen_ai.client.token.usage"]} == {
        ("input", 12),
        ("output", 5),
    }
    assert "gen_ai.client.operation.duration" in found
    ((labels, _),) = found["http.server.request.duration"]
    assert labels["http.response.status_code"] == 200
    assert ({"namespace": "ai", "team": "a"}, 17.0) in found["apim.total_tokens"]


def test_a_request_continues_its_caller_s_trace() -> None:
    seen = Seen()
    trace, span = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    seen.ask("/openai/x", headers={"traceparent": f"00-{trace}-{span}-01"})
    (server,) = seen.spans[SpanKind.SERVER]
    assert server.parent is not None
    assert server.context is not None
    assert (f"{server.context.trace_id:032x}", f"{server.parent.span_id:016x}") == (trace, span)


@pytest.mark.parametrize("header", ["", "garbage", f"00-{'0' * 32}-{'0' * 16}-01", "01-" + "a" * 60])
def test_a_trace_that_cannot_be_read_begins_anew(header: str) -> None:
    seen = Seen()
    seen.ask("/openai/x", headers={"traceparent": header})
    (server,) = seen.spans[SpanKind.SERVER]
    assert server.parent is None


def test_what_is_no_call_of_a_model_says_nothing_of_models() -> None:
    seen = Seen()
    seen.ask("/openai/models")
    assert set(seen.metrics) == {"http.server.request.duration"}
    (client,) = seen.spans[SpanKind.CLIENT]
    assert client.name == "forward-request"


def test_a_failure_is_an_error_of_both_spans() -> None:
    def refuse(_: Callout) -> Response:
        raise WireError("connect", "nobody listens")

    seen = Seen(refuse)
    seen.ask(CHAT, "POST", body=ASK)
    (server,), (client,) = seen.spans[SpanKind.SERVER], seen.spans[SpanKind.CLIENT]
    assert (server.status.status_code, client.status.status_code) == (StatusCode.ERROR, StatusCode.ERROR)
    assert server.attributes is not None
    assert server.attributes["error.type"] == "500"


def test_a_request_that_nobody_matches_is_told_too() -> None:
    seen = Seen()
    seen.ask("/nowhere")
    (server,) = seen.spans[SpanKind.SERVER]
    assert server.name == "GET no API"
    assert seen.spans[SpanKind.CLIENT] == []
