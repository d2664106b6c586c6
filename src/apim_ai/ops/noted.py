"""What operators turned and noted: the values that `drift` is to find, and therefore no drift for a while."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from apim_ai.ops.tier.audit import Note

__all__ = ["noted"]

_STATES = frozenset({"active", "suspended"})


def noted(
    notes: Iterable[Note], products: Mapping[str, tuple[str, ...]], since: datetime
) -> Mapping[tuple[str, str], str]:
    """Return the values that fields were turned to, by id and field, all in lower case.

    Args:
        notes: of the audit, newest first.
        products: the products that give each tier.
        since: what was turned before should have been merged into the project by now, and counts no more.
    """
    found: dict[tuple[str, str], str] = {}
    for note in reversed([*notes]):
        for key, value in _turned(note, products):
            if datetime.fromisoformat(note.at) >= since:
                found[key] = value.lower()
            else:
                found.pop(key, None)
    return found


def _turned(note: Note, products: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[tuple[str, str], str]]:
    what, _, name = note.what.partition(" ")
    after = note.after if isinstance(note.after, str) else ""
    if what == "route":
        yield (f"namedvalues/route-{name}-backend".lower(), "value"), after
    elif what == "subscription" and after in _STATES:
        yield (f"subscriptions/{name}".lower(), "state"), after
    elif what == "subscription":
        for product in products.get(after, ())[:1]:
            yield (f"subscriptions/{name}".lower(), "scope"), f"products/{product}"
