"""The trace of an exchange as JSON: our own shape for the inspector, and the service's for tools that know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from apim_ai.gateway.redaction import HIDDEN, SECRET_HEADERS

if TYPE_CHECKING:
    from apim_ai.expression.context import LastError
    from apim_ai.message import Headers
    from apim_ai.runtime import Change, Exchange, Step, Trace

__all__ = ["Record", "exported", "service_trace"]

_SECTIONS = ("inbound", "backend", "outbound", "on-error")


@dataclass(frozen=True, slots=True)
class Record:
    """What is kept of an exchange that has ended: references only, and no bodies or variables."""

    request_id: str
    timestamp: float
    seconds: float
    method: str
    path: str
    request_headers: Headers
    status: int | None
    reason: str
    response_headers: Headers | None
    api: str
    operation: str
    product: str | None
    subscription: str | None
    backend: str | None
    trace: Trace
    error: LastError | None
    unsupported: str | None

    @classmethod
    def of(cls, exchange: Exchange) -> Record:
        """Take note of an exchange."""
        context = exchange.context
        response = context.response
        return cls(
            context.request_id,
            context.timestamp,
            context.now() - context.timestamp,
            context.request.method,
            context.original_url.path,
            context.request.headers,
            response.status if response else None,
            response.reason if response else "",
            response.headers if response else None,
            exchange.api_id,
            exchange.operation_id,
            context.product.id if context.product else None,
            context.subscription.id if context.subscription else None,
            context.backend.id if context.backend else None,
            exchange.trace,
            context.last_error,
            exchange.unsupported.policy if exchange.unsupported else None,
        )


def exported(record: Record) -> dict[str, Any]:
    """Return everything that the trace knows of an exchange, fit for people: no bodies, no secret headers."""
    return {
        "id": record.request_id,
        "at": _moment(record.timestamp),
        "seconds": round(record.seconds, 6),
        "request": {"method": record.method, "path": record.path, "headers": _headers(record.request_headers)},
        "response": None
        if record.status is None or record.response_headers is None
        else {"status": record.status, "reason": record.reason, "headers": _headers(record.response_headers)},
        "api": record.api or None,
        "operation": record.operation or None,
        "product": record.product,
        "subscription": record.subscription,
        "backend": record.backend,
        "steps": [_step(step) for step in record.trace.steps],
        "entries": [
            {"source": e.source, "severity": e.severity, "message": e.message, "metadata": dict(e.metadata)}
            for e in record.trace.entries
        ],
        "settings": dict(record.trace.settings_used),
        "error": _error(record.error),
        "unsupported": record.unsupported,
    }


def _error(error: LastError | None) -> dict[str, str | None] | None:
    if error is None:
        return None
    return {
        "source": error.source,
        "reason": error.reason,
        "message": error.message,
        "section": error.section,
        "scope": error.scope,
        "path": error.path,
    }


def service_trace(record: Record, service_name: str = "local") -> dict[str, Any]:
    """Return the trace in the shape of the service's `listTrace` answer: entries by section, with source and elapsed time.

    Source: request tracing how-to, "trace entries grouped by inbound, backend, outbound, on-error".
    """
    entries: dict[str, list[dict[str, Any]]] = {section: [] for section in _SECTIONS}
    steps = record.trace.steps
    began = steps[0].started if steps else 0.0
    for step in steps:
        elapsed = step.started - began + (step.seconds or 0.0)
        entries[step.section].append(
            {
                "source": step.policy,
                "timestamp": _moment(record.timestamp + elapsed),
                "elapsed": _elapsed(elapsed),
                "data": {"scope": step.scope, "messages": list(step.notes), "error": step.error},
            }
        )
    return {
        "serviceName": service_name,
        "traceId": record.request_id.replace("-", ""),
        "traceEntries": {section: found for section, found in entries.items() if found},
    }


def _step(step: Step) -> dict[str, Any]:
    span = step.span
    return {
        "policy": step.policy,
        "section": step.section,
        "scope": step.scope,
        "file": span.file if span else None,
        "line": span.line if span else None,
        "depth": step.depth,
        "milliseconds": None if step.seconds is None else round(step.seconds * 1000, 3),
        "notes": list(step.notes),
        "error": step.error,
        "changes": [_change(change) for change in step.changes],
    }


def _change(change: Change) -> dict[str, str | None]:
    name = change.what.rsplit(" ", 1)[-1]
    is_secret = " header " in change.what and name in SECRET_HEADERS
    before, after = (HIDDEN if is_secret and value is not None else value for value in (change.before, change.after))
    return {"what": change.what, "before": before, "after": after}


def _headers(headers: Headers) -> dict[str, str]:
    return {
        name: HIDDEN if name.lower() in SECRET_HEADERS else ", ".join(headers.values(name)) for name in headers.names()
    }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _elapsed(seconds: float) -> str:
    """Return a duration as .NET writes it: `00:00:00.0012340`."""
    whole = timedelta(seconds=int(seconds))
    hours, rest = divmod(whole.seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours:02}:{minutes:02}:{left:02}.{int(seconds % 1 * 10_000_000):07}"
