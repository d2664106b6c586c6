from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from string import ascii_letters

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ops.memory import Memory

from apim_ai.deploy.live import moment_of, ticks_of
from apim_ai.errors import Refused, UsageError
from apim_ai.ops.tier.audit import Audit, Note
from apim_ai.ops.tier.duration import parse_duration
from apim_ai.ops.tier.switch import Rules, Tiers
from apim_ai.project.capacity import Ceiling
from apim_ai.resource import kinds

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ME = Rules("me", "because")


@pytest.fixture
def memory() -> Memory:
    return Memory()


def tiers(memory: Memory, now: datetime = NOW) -> Tiers:
    products = {"gold": ("gold",), "silver": ("silver-product",)}
    return Tiers(memory, "shop", products, lambda: True, lambda: now)


def test_list(memory: Memory) -> None:
    gold, silver = tiers(memory).all()
    assert (gold.name, gold.limits, gold.override, gold.callers) == (
        "gold",
        {"tpm": 1000, "rps": 10, "quota": 9000},
        None,
        1,
    )
    assert (silver.name, silver.callers) == ("silver", 0)


def test_set_for_a_time(memory: Memory) -> None:
    switch = tiers(memory).set("gold", {"tpm": 20}, timedelta(minutes=30), ME)
    assert switch.before == {"tpm": 1000, "rps": 10, "quota": 9000}
    assert switch.after == {"tpm": 20, "rps": 10, "quota": 9000}
    assert switch.until == NOW + timedelta(minutes=30)
    assert switch.seen_by_gateway is True
    assert memory.value("tier-gold-tpm") == "1000"
    assert memory.value("tier-gold-override-tpm") == "20"
    assert memory.value("tier-gold-until") == str(ticks_of(NOW + timedelta(minutes=30)))
    assert memory.entities["namedValues/tier-gold-override-tpm"]["tags"] == ["tier"]
    assert tiers(memory).show("gold").override == switch.after
    assert tiers(memory, NOW + timedelta(minutes=31)).show("gold").override is None


def test_the_end_is_written_after_the_limits(memory: Memory) -> None:
    tiers(memory).set("gold", {"tpm": 20, "rps": 1, "quota": 5}, timedelta(minutes=1), ME)
    assert memory.writes.index("tier-gold-until") == 3


def test_a_second_override_builds_on_the_first_only_while_that_is_live(memory: Memory) -> None:
    tiers(memory).set("gold", {"tpm": 20}, timedelta(minutes=30), ME)
    assert tiers(memory).set("gold", {"rps": 1}, timedelta(minutes=30), ME).after == {
        "tpm": 20,
        "rps": 1,
        "quota": 9000,
    }
    later = NOW + timedelta(hours=1)
    assert tiers(memory, later).set("gold", {"rps": 3}, None, ME).after == {"tpm": 1000, "rps": 3, "quota": 9000}


def test_without_an_end_until_reset(memory: Memory) -> None:
    switch = tiers(memory).set("gold", {"tpm": 20}, None, ME)
    assert switch.until is None
    years = NOW + timedelta(days=3650)
    assert (tiers(memory, years).show("gold").override or {})["tpm"] == 20
    assert tiers(memory, years).show("gold").until is None
    assert tiers(memory).reset(["gold"], ME)[0].after["tpm"] == 1000
    assert tiers(memory).show("gold").override is None


def test_a_profile_switches_several_and_normal_ends_all(memory: Memory) -> None:
    switches = tiers(memory).profile({"gold": {"tpm": 1}, "silver": {"tpm": 2}}, timedelta(hours=1), ME)
    assert [(switch.tier, switch.after["tpm"]) for switch in switches] == [("gold", 1), ("silver", 2)]
    assert {switch.tier for switch in tiers(memory).profile({}, None, ME)} == {"gold", "silver"}
    assert all(tier.override is None for tier in tiers(memory).all())
    assert tiers(memory).profile({}, None, ME) == ()


def test_guard_rails(memory: Memory) -> None:
    before = dict(memory.entities)
    with pytest.raises(Refused, match="shut every caller"):
        tiers(memory).set("gold", {"tpm": 0}, None, ME)
    with pytest.raises(UsageError, match="not a limit"):
        tiers(memory).set("gold", {"tpm": -1}, None, ME)
    with pytest.raises(UsageError, match="not a limit"):
        tiers(memory).set("gold", {"tpm": 2**31}, None, ME)
    with pytest.raises(UsageError, match="reason"):
        tiers(memory).set("gold", {"tpm": 1}, None, Rules("me", " ", needs_reason=True))
    with pytest.raises(UsageError, match='no tier "golf"') as caught:
        tiers(memory).set("golf", {"tpm": 1}, None, ME)
    assert caught.value.help == 'did you mean "gold"?'
    with pytest.raises(UsageError, match="nothing to set"):
        tiers(memory).set("gold", {}, None, ME)
    assert memory.entities == before
    assert tiers(memory).set("gold", {"tpm": 0}, None, Rules("me", force=True)).after["tpm"] == 0


def limited(memory: Memory, ceiling: Ceiling) -> Tiers:
    products = {"gold": ("gold",), "silver": ("silver-product",)}
    return Tiers(memory, "shop", products, lambda: True, lambda: NOW, lambda _: ceiling)


@pytest.mark.parametrize(("limit", "value"), [("tpm", 3001), ("rps", 11)])
def test_never_above_what_the_backends_take(memory: Memory, limit: str, value: int) -> None:
    before = dict(memory.entities)
    with pytest.raises(Refused, match=f"{limit} {value} is more than all backends together take") as caught:
        limited(memory, Ceiling(3000, 600)).set("gold", {limit: value}, None, ME)
    assert "--force" in (caught.value.help or "")
    with pytest.raises(Refused):
        limited(memory, Ceiling(3000, 600)).profile({"silver": {"tpm": 1}, "gold": {limit: value}}, None, ME)
    assert memory.entities == before
    assert limited(memory, Ceiling(3000, 600)).set("gold", {limit: value - 1}, None, ME).after[limit] == value - 1
    assert (
        limited(memory, Ceiling(3000)).set("gold", {limit: value}, None, Rules("me", force=True)).after[limit] == value
    )


def test_more_than_there_is_for_all_callers_is_warned_of(memory: Memory) -> None:
    memory.entities["subscriptions/other"] = {"displayName": "Other", "scope": "/products/silver-product"}
    assert limited(memory, Ceiling(1500)).set("silver", {"rps": 9}, None, ME).warnings == ()
    switch = limited(memory, Ceiling(1500)).set("silver", {"tpm": 501}, None, ME)
    assert switch.warnings == ("all callers together may use tpm 1501, the backends take tpm 1500",)
    assert limited(memory, Ceiling(1500, oversubscription=1.1)).set("silver", {"tpm": 502}, None, ME).warnings == ()
    assert limited(memory, Ceiling()).set("silver", {"tpm": 9999}, None, ME).warnings == ()


def test_moving_a_caller_can_be_too_much(memory: Memory) -> None:
    memory.entities["subscriptions/other"] = {"displayName": "Other", "scope": "/products/silver-product"}
    assert limited(memory, Ceiling(1500)).assign("bot", "silver", ME).warnings == ()
    moved = limited(memory, Ceiling(1500)).assign("other", "gold", ME)
    assert moved.warnings == ()
    assert limited(memory, Ceiling(1500)).assign("bot", "gold", ME).warnings == (
        "all callers together may use tpm 2000, the backends take tpm 1500",
    )


def test_what_counts_is_where_routes_lead_now(memory: Memory) -> None:
    asked: list[list[str] | None] = []
    memory.named("route-gpt-4o-backend", "payg")
    Tiers(memory, "shop", ceiling=lambda backends: asked.append(list(backends or ())) or Ceiling()).set(
        "gold", {"tpm": 1}, None, ME
    )
    assert asked == [["payg"]]


def test_a_tier_that_was_not_deployed_whole(memory: Memory) -> None:
    del memory.entities["namedValues/tier-gold-until"]
    with pytest.raises(Refused, match="tier-gold-until"):
        tiers(memory).set("gold", {"tpm": 1}, None, ME)


def test_assign_and_block(memory: Memory) -> None:
    moved = tiers(memory).assign("the bot", "silver", ME)
    assert (moved.subscription, moved.before, moved.after) == ("bot", "gold", "silver")
    assert memory.entities["subscriptions/bot"]["scope"] == "/products/silver-product"
    assert memory.entities["subscriptions/bot"]["displayName"] == "The bot"
    assert tiers(memory).block("bot", ME).after == "suspended"
    assert memory.entities["subscriptions/bot"]["state"] == "suspended"
    assert tiers(memory).block("bot", ME, blocked=False).before == "suspended"
    with pytest.raises(UsageError, match='no subscription "x"'):
        tiers(memory).block("x", ME)


def test_every_change_is_noted(memory: Memory) -> None:
    tiers(memory).set("gold", {"tpm": 20}, timedelta(minutes=30), ME)
    tiers(memory).assign("bot", "silver", ME)
    newest, oldest = tiers(memory).audit.notes
    assert (newest.what, newest.before, newest.after, newest.by) == ("subscription bot", "gold", "silver", "me")
    assert (oldest.what, oldest.reason, oldest.until) == ("tier gold", "because", "2026-01-01T00:30:00+00:00")


def test_the_audit_grows_over_several_values_and_forgets_the_oldest(memory: Memory) -> None:
    random = Random(1)  # noqa: S311 - text that does not compress
    for number in range(200):
        reason = "".join(random.choices(ascii_letters, k=400))
        tiers(memory).audit.add([Note(str(number), "me", "tier gold", None, {"tpm": number}, None, reason)], memory)
    parts = {key: value for key, value in memory.entities.items() if "audit" in key}
    assert 2 <= len(parts) <= 8
    assert all(len(value["value"]) <= 4096 for value in parts.values())
    notes = Audit("shop", memory.list(kinds.find("named_value"))).notes
    assert [int(note.at) for note in notes] == list(range(199, 199 - len(notes), -1))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30m", 1800),
        ("1h30m", 5400),
        ("90s", 90),
        ("2d", 172800),
        ("PT30M", 1800),
        ("P1DT1H", 90000),
        ("5min", 300),
        ("1.5s", 1.5),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "0m", "5", "m", "abc", "-5m", "400d", "9" * 400 + "d", "P", "PT", "30m\n5"])
def test_durations_that_are_none(text: str) -> None:
    with pytest.raises(UsageError):
        parse_duration(text)


@given(st.datetimes(timezones=st.just(UTC)))
def test_ticks_are_those_of_dotnet_and_lead_back(moment: datetime) -> None:
    assert moment_of(ticks_of(moment)) == moment


def test_ticks_of_a_known_moment() -> None:
    assert ticks_of(datetime(1970, 1, 1, tzinfo=UTC)) == 621_355_968_000_000_000
