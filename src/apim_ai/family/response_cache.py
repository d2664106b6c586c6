"""What `cache-lookup` leaves for `cache-store` in the same exchange."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LOOKUP", "Lookup"]

LOOKUP = "the cache lookup of the exchange"


@dataclass(frozen=True, slots=True)
class Lookup:
    """A miss, and the key under which the response would have been found."""

    key: str
