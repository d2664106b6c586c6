"""Custom metrics, kept in memory where Application Insights would be."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.runtime import Metric

__all__ = ["MemoryMetrics"]

_LOG = logging.getLogger(__name__)


class MemoryMetrics:
    """The last emitted metrics.

    Args:
        keep: how many are kept.
        on_metric: told of each one.
    """

    def __init__(self, keep: int = 10_000, on_metric: Callable[[Metric], None] | None = None) -> None:
        self.emitted: deque[Metric] = deque(maxlen=keep)
        self._on_metric = on_metric

    def emit(self, metric: Metric) -> None:
        """Take a metric."""
        self.emitted.append(metric)
        if self._on_metric is None:
            return
        try:
            self._on_metric(metric)
        except Exception:  # noqa: BLE001 - whatever it is, a metric that cannot be passed on fails no request
            _LOG.exception("a metric could not be passed on")
