from __future__ import annotations

import random
from datetime import UTC, date, datetime
from typing import Any

import pytest

from apim_ai.deploy.actual import read
from apim_ai.deploy.bundle import KEPT, bundle_parts, bundles, with_secrets
from apim_ai.deploy.drift import DriftReport, find_drift
from apim_ai.deploy.records import read_records
from apim_ai.deploy.release import History, Release
from apim_ai.deploy.reporters import formats, reporter
from apim_ai.errors import Refused, UsageError
from apim_ai.resource import Resource, Resources, kinds

from .conftest import NOW, Memory, deploy, deployment, policy, sample

DUE = date(2026, 1, 6)


def drift(memory: Memory, **ignore: date | None) -> DriftReport:
    actual = read(memory, Resources(), "shop", 4)
    former = bundles("shop", memory.list(kinds.find("named_value"))).values()
    return find_drift(
        actual, former, env="test", now=NOW, due=DUE, ignore={k.replace("__", "/"): v for k, v in ignore.items()}
    )


def test_what_was_just_deployed_has_not_drifted(memory: Memory) -> None:
    deploy(memory, *sample())
    report = drift(memory)
    assert (report.drifts, report.unchanged) == ((), len(sample()))


def test_three_ways_to_drift(memory: Memory) -> None:
    deploy(memory, *sample())
    memory.edit("namedValues/limit", value="999")
    memory.edit("apis/openai/policies/policy", **policy("<policies><inbound><base /></inbound></policies>"))
    memory.delete(kinds.find("product_api"), "products/gold/apis/openai")
    extra = "apis/openai/operations/backdoor"
    memory.entities[extra] = (extra, {"displayName": "x", "method": "GET", "urlTemplate": "/x"}, 1)
    report = drift(memory)
    assert {each.id: each.how for each in report.drifts} == {
        "namedValues/limit": "changed outside",
        "apis/openai/policies/policy": "changed outside",
        "products/gold/apis/openai": "deleted outside",
        extra: "unknown extra",
    }
    text = reporter("text").drift(report)
    assert '~ value: "100" → "999"' in text
    assert 'include-fragment fragment-id="auth"' in text
    assert "due 2026-01-06" in text
    assert reporter("markdown").drift(report).startswith("<!-- apim-ai drift shop test -->")
    assert '"drift": "deleted outside"' in reporter("json").drift(report)


def test_what_is_turned_in_operation_is_no_drift(memory: Memory) -> None:
    until = Resource("named_value", "namedValues/tier-gold-until", {"displayName": "tier-gold-until", "value": "0"})
    deploy(memory, *sample(), until)
    memory.edit("namedValues/tier-gold-until", value="3155378975999999999")
    report = drift(memory)
    assert report.drifts == ()
    assert [override.tier for override in report.overrides] == ["gold"]


def test_ignored_until_a_day(memory: Memory) -> None:
    deploy(memory, *sample())
    memory.edit("namedValues/limit", value="999")
    assert drift(memory, namedvalues__limit=None).ignored == ("namedValues/limit",)
    assert drift(memory, namedvalues__limit=NOW.date()).drifts == ()
    assert len(drift(memory, namedvalues__limit=date(2025, 12, 31)).drifts) == 1


def restore(memory: Memory, release: str | None = None, **options: Any) -> None:
    records = read_records(memory, "shop")
    desired, unknown = with_secrets(records.bundles[records.find(release).id], Resources(sample()))
    deploy(memory, *desired.values(), overwrite_drift=True, force=True, keep=unknown, **options)


def test_a_release_can_be_restored_from_the_service_alone(memory: Memory) -> None:
    deploy(memory, *sample())
    changed = [
        Resource("api_policy", r.id, policy("<policies><inbound /></policies>")) if r.kind == "api_policy" else r
        for r in sample(limit="7")
    ]
    deploy(memory, *changed, Resource("tag", "tags/new", {"displayName": "new"}))
    restore(memory, prune=True)
    assert set(memory.own()) == {resource.id for resource in sample()}
    assert "hidden" not in str(memory.own())
    assert deployment(memory, *sample()).plan().changes == ()


def test_secrets_are_in_no_bundle_and_stay_as_they_are(memory: Memory) -> None:
    deploy(memory, *sample(key="top-secret-1"))
    deploy(memory, *sample(limit="2", key="top-secret-1"))
    books = str([value for identifier, value, _ in memory.entities.values() if "/apimai-" in identifier])
    assert "top-secret-1" not in books
    kept = bundles("shop", memory.list(kinds.find("named_value")))
    assert "top-secret-1" not in str([dict(r.properties) for resources in kept.values() for r in resources.values()])
    records = read_records(memory, "shop")
    bundle = records.bundles[records.find(None).id]
    complete, unknown = with_secrets(bundle, Resources())
    assert set(unknown) == {"namedValues/key", "subscriptions/bot"}
    deploy(memory, *complete.values(), overwrite_drift=True, force=True, prune=True, keep=unknown)
    assert memory.own()["namedValues/key"]["value"] == "top-secret-1"
    assert memory.own()["namedValues/limit"]["value"] == "100"


def test_the_last_few_bundles_are_kept(memory: Memory) -> None:
    moments = iter(datetime(2026, 1, day, tzinfo=UTC) for day in range(1, 29))
    for number in range(KEPT + 3):
        run = deployment(memory, *sample(limit=str(number)))
        moment = next(moments)
        run._now = lambda moment=moment: moment  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - time goes on
        run.execute(run.plan())
    records = read_records(memory, "shop")
    assert len(records.history.releases) == KEPT + 3
    assert len(records.bundles) == KEPT
    assert [release.id for release in records.history.releases[:KEPT]] == list(records.bundles)
    with pytest.raises(Refused, match="no longer kept"):
        records.find(records.history.releases[-1].id)
    with pytest.raises(UsageError, match="no release"):
        records.find("nope")


def test_a_bundle_that_is_too_large_is_left_out() -> None:
    noise = random.Random(1)  # noqa: S311 - text that does not compress
    text = "".join(chr(noise.randrange(33, 0x2FFF)) for _ in range(400_000))
    assert (
        bundle_parts("shop", "20260101T000000Z-x", Resources((Resource("tag", "tags/t", {"displayName": text}),))) == {}
    )


def test_there_and_back(memory: Memory) -> None:
    resources = Resources(
        Resource("tag", f"tags/{i}", {"displayName": f"é {i}"}, protect=bool(i % 2)) for i in range(300)
    )
    parts = bundle_parts("shop", "20260101T000000Z-a-b_c", resources)
    for identifier, value in parts.items():
        memory.put(kinds.find("named_value"), identifier, {"value": value})
    found = bundles("shop", memory.list(kinds.find("named_value")))
    assert list(found) == ["20260101T000000Z-a-b_c"]
    assert list(found["20260101T000000Z-a-b_c"].values()) == list(resources.values())
    assert [r.protect for r in found["20260101T000000Z-a-b_c"].values()] == [r.protect for r in resources.values()]


def test_history_forgets_the_oldest() -> None:
    history = History()
    for number in range(400):
        commit = f"{number * 7919:040x}"
        history = history.with_release(
            Release(f"r{number}", "2026-01-01", f"someone {number}", commit, commit, "e", "done")
        )
    assert len(history.written()) <= 4096
    assert history.releases[0].id == "r399"
    assert History.read(history.written()) == history


@pytest.mark.parametrize("format_", formats())
def test_every_format_shows_everything(memory: Memory, format_: str) -> None:
    run = deployment(memory, *sample())
    plan = run.plan()
    assert "backends/ptu" in reporter(format_).plan(plan)
    assert reporter(format_).deployed("test", run.execute(plan))
    assert reporter(format_).drift(drift(memory))
    with pytest.raises(KeyError):
        reporter("x")
