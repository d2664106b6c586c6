"""What the mock backend's answers look like, for those who reckon with it."""

from __future__ import annotations

__all__ = ["DIMENSIONS", "EVENTS"]

EVENTS = 20
"""Events of a stream; one more tells the usage."""

DIMENSIONS = 1536
"""Components of an embedding."""
