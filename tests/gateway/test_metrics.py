"""Metrics in memory."""

from __future__ import annotations

from apim_ai.gateway.metrics import MemoryMetrics
from apim_ai.runtime import Metric


def test_the_last_ones_are_kept_and_each_is_told() -> None:
    told: list[Metric] = []
    sink = MemoryMetrics(keep=2, on_metric=told.append)
    metrics = [Metric("m", "n", float(number), ()) for number in range(3)]
    for metric in metrics:
        sink.emit(metric)
    assert list(sink.emitted) == metrics[1:]
    assert told == metrics


def test_a_listener_that_fails_fails_nothing_else() -> None:
    def fail(metric: Metric) -> None:
        raise RuntimeError(metric.name)

    sink = MemoryMetrics(on_metric=fail)
    sink.emit(Metric("m", "n", 1.0, ()))
    assert len(sink.emitted) == 1
