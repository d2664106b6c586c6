"""Each exchange as OpenTelemetry spans and metrics, by the semantic conventions for HTTP and for generative AI.

Spans are made when an exchange has ended, out of its trace: a server span, in it a client span for each policy that calls
out, with what policies decided as events. Bodies, query strings, headers and end users stand nowhere in them.

Source: OpenTelemetry semantic conventions 1.37, "HTTP spans", "HTTP metrics", "Generative AI".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opentelemetry import metrics, trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags

from apim_ai import __version__
from apim_ai.family.chat import UsageWatch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opentelemetry.context import Context as Around
    from opentelemetry.metrics import Counter, Meter, MeterProvider
    from opentelemetry.trace import Span, Tracer, TracerProvider

    from apim_ai.expression.context import Context
    from apim_ai.runtime import Exchange, Metric, Step

    Attributes = dict[str, str | int | float | bool]

__all__ = ["Telemetry", "exporting"]

_SCOPE = "apim_ai.gateway"
_CALLS_OUT = frozenset({"forward-request", "send-request", "send-one-way-request"})
_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_OPERATIONS = (
    ("/chat/completions", "chat"),
    ("/completions", "text_completion"),
    ("/responses", "chat"),
    ("/embeddings", "embeddings"),
)
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60)
_TOKENS = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576)
_SERVER_ERROR = 500
_CLIENT_ERROR = 400


class Telemetry:
    """Records exchanges and custom metrics; hand `record` to a gateway as `on_finished` and `emit` to its metrics.

    Args:
        tracers: makes the tracer of spans; the application's own by default.
        meters: makes the meter of metrics; the application's own by default.
        close: called by `close`.

    Attributes:
        redact: takes secrets out of a text (`Gateway.redact`).
    """

    def __init__(
        self,
        tracers: TracerProvider | None = None,
        meters: MeterProvider | None = None,
        close: Callable[[], None] | None = None,
    ) -> None:
        self.redact: Callable[[str], str] = str
        self._close = close
        self._tracer: Tracer = (tracers or trace.get_tracer_provider()).get_tracer(_SCOPE, __version__)
        meter = self._meter = (meters or metrics.get_meter_provider()).get_meter(_SCOPE, __version__)
        self._custom: dict[str, Counter] = {}
        self._requests = _seconds(meter, "http.server.request.duration", "Duration of requests to the gateway.")
        self._calls = _seconds(meter, "gen_ai.client.operation.duration", "Duration of calls of models.")
        self._tokens = meter.create_histogram(
            "gen_ai.client.token.usage",
            unit="{token}",
            description="Tokens of calls of models.",
            explicit_bucket_boundaries_advisory=_TOKENS,
        )

    def close(self) -> None:
        """Send what has not been sent yet."""
        if self._close is not None:
            self._close()

    def record(self, exchange: Exchange) -> None:
        """Tell of an exchange that has ended."""
        context = exchange.context
        seconds = context.now() - context.timestamp
        attributes = _server_attributes(exchange)
        model = _model_attributes(exchange)
        self._spans(exchange, attributes, model, seconds)
        self._requests.record(seconds, {key: attributes[key] for key in _METRIC_KEYS if key in attributes})
        if model:
            labels: Attributes = {key: value for key, value in model.items() if not key.startswith("gen_ai.usage.")}
            self._calls.record(seconds, labels)
            for kind in ("input", "output"):
                count = model.get(f"gen_ai.usage.{kind}_tokens")
                if isinstance(count, int):
                    self._tokens.record(count, {**labels, "gen_ai.token.type": kind})

    def emit(self, metric: Metric) -> None:
        """Tell of a metric that a policy emits."""
        counter = self._custom.get(metric.name)
        if counter is None:
            name = re.sub(r"[^a-z0-9_.-]+", "_", metric.name.lower()).strip("_") or "metric"
            counter = self._custom[metric.name] = self._meter.create_counter(f"apim.{name}")
        counter.add(metric.value, {"namespace": metric.namespace, **dict(metric.dimensions)})

    def _spans(self, exchange: Exchange, attributes: Attributes, model: Attributes, seconds: float) -> None:
        context, steps = exchange.context, exchange.trace.steps
        began = steps[0].started if steps else 0.0
        name = f"{attributes['http.request.method']} {exchange.api_id or 'no API'}"
        span = self._tracer.start_span(
            name,
            context=_parent(context.request.headers.get("traceparent")),
            kind=SpanKind.SERVER,
            attributes=attributes,
            start_time=_nanoseconds(context.timestamp),
        )
        for step in steps:
            at = context.timestamp + step.started - began
            if step.policy in _CALLS_OUT:
                self._call(span, step, at, model if step.policy == "forward-request" else {})
            else:
                span.add_event(step.policy, self._step(step), timestamp=_nanoseconds(at))
        if int(attributes.get("http.response.status_code", _SERVER_ERROR)) >= _SERVER_ERROR:
            span.set_status(Status(StatusCode.ERROR, context.last_error.reason if context.last_error else None))
        span.end(_nanoseconds(context.timestamp + seconds))

    def _call(self, server: Span, step: Step, at: float, model: Attributes) -> None:
        operation, asked = model.get("gen_ai.operation.name"), model.get("gen_ai.request.model")
        span = self._tracer.start_span(
            f"{operation} {asked}" if operation else step.policy,
            context=trace.set_span_in_context(server),
            kind=SpanKind.CLIENT,
            attributes={**self._step(step), **model},
            start_time=_nanoseconds(at),
        )
        if step.error is not None:
            span.set_status(Status(StatusCode.ERROR, self.redact(step.error)))
        span.end(_nanoseconds(at + (step.seconds or 0.0)))

    def _step(self, step: Step) -> Attributes:
        found: Attributes = {"apim.policy": step.policy, "apim.section": step.section, "apim.scope": step.scope}
        if step.notes:
            found["apim.decisions"] = self.redact("; ".join(step.notes))
        if step.error is not None:
            found["error.type"] = self.redact(step.error)
        return found


_METRIC_KEYS = (
    "http.request.method",
    "http.response.status_code",
    "url.scheme",
    "error.type",
    "apim.api",
    "apim.operation",
)


def exporting(environ: Mapping[str, str]) -> Telemetry:
    """Return telemetry that is sent by OTLP over HTTP, to where OpenTelemetry's own variables say.

    Args:
        environ: read for `OTEL_SERVICE_NAME`; the exporters read theirs themselves.
    """
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter  # noqa: PLC0415 - slow
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - slow
    from opentelemetry.sdk.metrics import MeterProvider  # noqa: PLC0415 - slow
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader  # noqa: PLC0415 - slow
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - slow
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - slow
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - slow

    name = environ.get("OTEL_SERVICE_NAME") or "apim-ai-gateway"
    resource = Resource.create({"service.name": name, "service.version": __version__})
    tracers = TracerProvider(resource=resource)
    tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    meters = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())], resource=resource)

    def close() -> None:
        tracers.shutdown()
        meters.shutdown()

    return Telemetry(tracers, meters, close)


def _seconds(meter: Meter, name: str, description: str) -> metrics.Histogram:
    return meter.create_histogram(name, unit="s", description=description, explicit_bucket_boundaries_advisory=_SECONDS)


def _server_attributes(exchange: Exchange) -> Attributes:
    context = exchange.context
    url = context.original_url
    found: Attributes = {
        "http.request.method": context.request.method,
        "url.scheme": url.scheme,
        "url.path": url.path,
        "server.address": url.host,
        "apim.request_id": context.request_id,
    }
    if context.response is not None:
        found["http.response.status_code"] = context.response.status
        if context.response.status >= _SERVER_ERROR:
            found["error.type"] = str(context.response.status)
    known = {
        "apim.api": exchange.api_id,
        "apim.operation": exchange.operation_id,
        "apim.product": context.product.id if context.product else "",
        "apim.subscription": context.subscription.id if context.subscription else "",
        "apim.backend": context.backend.id if context.backend else "",
    }
    return found | {key: value for key, value in known.items() if value}


def _model_attributes(exchange: Exchange) -> Attributes:
    """Return what the call of a model was, where a model was called."""
    path = exchange.context.original_url.path
    operation = next((name for end, name in _OPERATIONS if path.endswith(end)), None)
    if operation is None:
        return {}
    found: Attributes = {
        "gen_ai.operation.name": operation,
        "gen_ai.provider.name": "azure.ai.openai",
        "gen_ai.request.model": _deployment(exchange.context),
    }
    answer = UsageWatch.last(exchange)
    if answer is not None and answer.usage is not None and not answer.is_cached:
        found["gen_ai.usage.input_tokens"] = answer.usage.prompt
        found["gen_ai.usage.output_tokens"] = answer.usage.completion
    response = exchange.context.response
    if response is None or response.status >= _CLIENT_ERROR:
        found["error.type"] = str(response.status) if response is not None else "none"
    return found


def _deployment(context: Context) -> str:
    """Return the deployment that the path names; the bodies of callers are not read for telemetry."""
    _, found, after = context.original_url.path.partition("/deployments/")
    return after.split("/", 1)[0] if found else "unknown"


def _parent(traceparent: str | None) -> Around | None:
    """Return the caller's span as the one around ours, where the request names it (W3C trace context)."""
    match = _TRACEPARENT.fullmatch(traceparent or "")
    if match is None:
        return None
    caller = SpanContext(
        int(match[1], 16), int(match[2], 16), is_remote=True, trace_flags=TraceFlags(int(match[3], 16))
    )
    return trace.set_span_in_context(NonRecordingSpan(caller)) if caller.is_valid else None


def _nanoseconds(seconds: float) -> int:
    return int(seconds * 1e9)
