from __future__ import annotations

from datetime import UTC, datetime

from apim_ai.ops.noted import noted
from apim_ai.ops.tier.audit import Note

SINCE = datetime(2026, 1, 5, tzinfo=UTC)
PRODUCTS = {"gold": ("Gold-A", "gold-b"), "none": ()}


def note(day: int, what: str, after: str | dict[str, int]) -> Note:
    return Note(f"2026-01-{day:02}T00:00:00+00:00", "me", what, None, after)


def test_the_newest_note_of_each_field_counts() -> None:
    notes = [
        note(8, "subscription bot", "suspended"),
        note(7, "route Big", "Pool"),
        note(7, "tier gold", {"tpm": 5}),
        note(6, "subscription bot", "gold"),
        note(5, "route Big", "payg"),
        note(5, "subscription bot", "none"),
    ]
    assert noted(notes, PRODUCTS, SINCE) == {
        ("namedvalues/route-big-backend", "value"): "pool",
        ("subscriptions/bot", "scope"): "products/gold-a",
        ("subscriptions/bot", "state"): "suspended",
    }


def test_what_is_old_counts_no_more() -> None:
    assert noted([note(4, "route big", "payg")], PRODUCTS, SINCE) == {}
