from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from apim_ai.deploy import apply
from apim_ai.deploy.reporters import reporter
from apim_ai.deploy.schedule import Schedule
from apim_ai.deploy.service import ChangedError, Entity
from apim_ai.errors import ConfigError, Refused
from apim_ai.resource import Resource

from .conftest import Memory, deploy, deployment, policy, sample

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


def test_a_first_deployment_creates_everything_and_a_second_writes_nothing(memory: Memory) -> None:
    first = deployment(memory, *sample())
    plan = first.plan()
    assert {change.action for change in plan.changes} == {"create"}
    assert first.execute(plan).is_complete
    assert {*memory.own()} == {resource.id for resource in sample()}
    memory.writes.clear()
    second = deployment(memory, *sample())
    again = second.plan()
    assert again.changes == ()
    assert len(again.kept) == len(sample())
    assert second.execute(again).outcomes == ()
    assert memory.writes == []


def test_parents_and_references_come_first(memory: Memory) -> None:
    deploy(memory, *reversed(sample()))
    order = [identifier for _, identifier in memory.writes]
    for before, after in [
        ("namedValues/key", "policyFragments/auth"),
        ("policyFragments/auth", "apis/openai/policies/policy"),
        ("backends/ptu", "backends/pool"),
        ("backends/pool", "apis/openai/policies/policy"),
        ("apis/openai", "apis/openai/operations/chat"),
        ("products/gold", "products/gold/apis/openai"),
        ("products/gold", "subscriptions/bot"),
    ]:
        assert order.index(before) < order.index(after)


def test_an_update_names_the_fields(memory: Memory) -> None:
    deploy(memory, *sample())
    run = deployment(memory, *sample(limit="200"))
    plan = run.plan()
    assert [(change.action, change.id) for change in plan.changes] == [("update", "namedValues/limit")]
    assert [(field.path, field.before, field.after) for field in plan.changes[0].fields] == [("value", "100", "200")]
    run.execute(plan)
    assert memory.own()["namedValues/limit"]["value"] == "200"


def test_a_changed_secret_is_seen_and_never_shown(memory: Memory) -> None:
    deploy(memory, *sample(key="first-secret"))
    run = deployment(memory, *sample(key="second-secret"))
    plan = run.plan()
    assert {change.id for change in plan.changes} == {"namedValues/key", "subscriptions/bot"}
    assert "first-secret" not in repr(plan)
    assert "second-secret" not in repr(plan)
    run.execute(plan)
    assert memory.own()["namedValues/key"]["value"] == "second-secret"
    books = [value for identifier, value, _ in memory.entities.values() if "/apimai-" in identifier]
    assert "second-secret" not in str(books)
    assert deployment(memory, *sample(key="second-secret")).plan().changes == ()


def test_what_others_made_is_left_alone(memory: Memory) -> None:
    deploy(
        memory, Resource("backend", "backends/ptu", {"url": "https://theirs.test", "protocol": "http"}), stack="other"
    )
    run = deployment(memory, *sample())
    plan = run.plan()
    assert plan.refused is not None
    assert 'belongs to the project "other"' in plan.refused
    memory.writes.clear()
    with pytest.raises(Refused, match="other"):
        run.execute(plan)
    assert memory.writes == []


def foreign(memory: Memory, *, url: str = "https://theirs.test") -> None:
    deploy(memory, Resource("backend", "backends/ptu", {"url": url, "protocol": "http"}), stack="x")
    for key in [key for key in memory.entities if "apimai-" in key]:
        del memory.entities[key]


def test_a_foreign_resource_needs_to_be_adopted(memory: Memory) -> None:
    foreign(memory)
    assert "--adopt backends/ptu" in (deployment(memory, *sample()).plan().refused or "")
    deploy(memory, *sample(), adopt=("backends/ptu",))
    assert memory.own()["backends/ptu"]["url"] == "https://ptu.test"


def test_an_identical_foreign_resource_is_fine(memory: Memory) -> None:
    foreign(memory, url="https://ptu.test")
    plan = deployment(memory, *sample()).plan()
    assert plan.refused is None
    assert "backends/ptu" in plan.kept


def test_the_default_policy_of_a_new_api_may_be_replaced(memory: Memory) -> None:
    memory.before_write = lambda verb, identifier: None
    api, written = sample()[5], sample()[7]
    deploy(memory, api)
    memory.entities["apis/openai/policies/policy"] = (
        "apis/openai/policies/policy",
        policy("<policies><inbound><base /></inbound></policies>"),
        99,
    )
    plan = deployment(memory, *sample()).plan()
    assert plan.refused is None
    assert written.id in {change.id for change in plan.changes if change.action == "update"}


def test_nothing_is_deleted_without_prune_and_only_what_is_ours_with_it(memory: Memory) -> None:
    deploy(memory, *sample())
    foreign_id = "backends/theirs"
    memory.entities[foreign_id] = (foreign_id, {"url": "https://x.test"}, 1)
    fewer = sample()[:8]
    plan = deployment(memory, *fewer).plan()
    assert plan.changes == ()
    assert set(plan.orphans) == {"products/gold", "subscriptions/bot"}
    deploy(memory, *fewer, prune=True)
    assert "products/gold/apis/openai" not in memory.own()
    assert "subscriptions/bot" not in memory.own()
    assert foreign_id in memory.own()
    assert deployment(memory, *fewer).plan().orphans == ()


def test_deletes_come_after_what_used_to_name_them(memory: Memory) -> None:
    deploy(memory, *sample())
    without = [resource for resource in sample() if resource.id not in {"policyFragments/auth", "namedValues/key"}]
    changed = [
        Resource("api_policy", resource.id, policy("<policies><inbound><base /></inbound></policies>"))
        if resource.kind == "api_policy"
        else resource
        for resource in without
    ]
    memory.writes.clear()
    deploy(memory, *changed, prune=True)
    order = [identifier for _, identifier in memory.writes]
    assert (
        order.index("apis/openai/policies/policy")
        < order.index("policyFragments/auth")
        < order.index("namedValues/key")
    )


def test_a_protected_resource_is_never_deleted(memory: Memory) -> None:
    shielded = Resource("product", "products/gold", {"displayName": "Gold"}, protect=True)
    deploy(memory, shielded, sample()[0])
    plan = deployment(memory, sample()[0], prune=True).plan()
    assert "protected" in (plan.refused or "")


def test_an_edit_in_the_portal_is_not_written_over(memory: Memory) -> None:
    deploy(memory, *sample())
    memory.edit("backends/ptu", url="https://portal.test")
    plan = deployment(memory, *sample()).plan()
    assert [change.drifted for change in plan.changes] == [True]
    assert "changed outside" in (plan.refused or "")
    deploy(memory, *sample(), overwrite_drift=True)
    assert memory.own()["backends/ptu"]["url"] == "https://ptu.test"


def test_fields_that_nobody_declares_are_left_alone(memory: Memory) -> None:
    deploy(memory, *sample())
    memory.edit("apis/openai", description="written in the portal")
    assert deployment(memory, *sample()).plan().changes == ()
    renamed = [
        Resource("api", r.id, {**r.properties, "displayName": "New"}) if r.kind == "api" else r for r in sample()
    ]
    deploy(memory, *renamed)
    assert memory.own()["apis/openai"]["description"] == "written in the portal"


def test_a_field_that_is_no_longer_declared_is_taken_away(memory: Memory) -> None:
    described = Resource("backend", "backends/b", {"url": "https://b.test", "protocol": "http", "title": "old"})
    deploy(memory, described)
    bare = Resource("backend", "backends/b", {"url": "https://b.test", "protocol": "http"})
    deploy(memory, bare)
    assert "title" not in memory.own()["backends/b"]
    assert deployment(memory, bare).plan().changes == ()


def test_an_edit_between_plan_and_write_stops_that_resource_alone(memory: Memory) -> None:
    deploy(memory, *sample())
    changed = [
        Resource(r.kind, r.id, {**r.properties, "url": "https://new.test"}) if r.id == "backends/ptu" else r
        for r in sample(limit="300")
    ]
    run = deployment(memory, *changed)
    plan = run.plan()
    memory.edit("backends/ptu", url="https://portal.test")
    outcomes = {outcome.id: outcome for outcome in run.execute(plan).outcomes}
    assert outcomes["backends/ptu"].state == "failed"
    assert "somebody else" in (outcomes["backends/ptu"].error or "")
    assert outcomes["namedValues/limit"].state == "done"
    assert memory.own()["backends/ptu"]["url"] == "https://portal.test"


def test_a_new_version_of_the_same_meaning_is_no_conflict(memory: Memory) -> None:
    deploy(memory, *sample())
    run = deployment(
        memory,
        *[
            r
            if r.kind != "api_policy"
            else Resource(r.kind, r.id, policy("<policies><inbound><base /></inbound></policies>"))
            for r in sample()
        ],
    )
    plan = run.plan()
    memory.edit("apis/openai/policies/policy")
    assert run.execute(plan).is_complete


def test_nothing_declared_is_refused(memory: Memory) -> None:
    deploy(memory, *sample())
    plan = deployment(memory, prune=True).plan()
    assert "no resources at all" in (plan.refused or "")


def many(value: str) -> list[Resource]:
    return [Resource("named_value", f"namedValues/v{i}", {"displayName": f"v{i}", "value": value}) for i in range(20)]


def test_turning_over_much_at_once_is_refused(memory: Memory) -> None:
    deploy(memory, *many("1"))
    plan = deployment(memory, *many("2")).plan()
    assert "20 of the 20" in (plan.refused or "")
    deploy(memory, *many("2"), force=True)


def test_a_plan_has_an_id_of_its_content(memory: Memory) -> None:
    first, second = deployment(memory, *sample()).plan(), deployment(memory, *sample()).plan()
    assert deployment(memory, *sample(limit="7")).plan().id != first.id
    memory.entities["backends/ptu"] = ("backends/ptu", {"url": "https://x.test"}, 1)
    assert deployment(memory, *sample()).plan().id != first.id
    assert first.changes == second.changes


def test_a_target_brings_what_it_needs(memory: Memory) -> None:
    plan = deployment(memory, *sample(), targets=("apis/openai",)).plan()
    assert {change.id for change in plan.changes} == {r.id for r in sample()[1:8]}


def test_an_unknown_named_value_is_found_before_any_write(memory: Memory) -> None:
    with pytest.raises(ConfigError, match='"gone"'):
        deployment(memory, Resource("backend", "backends/b", {"url": "https://{{gone}}.test"})).plan()


def test_a_type_that_cannot_be_changed_is_made_anew_with_all_below(memory: Memory) -> None:
    deploy(memory, *sample())
    changed = [Resource(r.kind, r.id, {**r.properties, "type": "graphql"}) if r.kind == "api" else r for r in sample()]
    run = deployment(memory, *changed, force=True)
    plan = run.plan()
    actions = {change.id: change.action for change in plan.changes}
    assert actions["apis/openai"] == "recreate"
    assert actions["apis/openai/operations/chat"] == "create"
    assert run.execute(plan).is_complete
    assert memory.own()["apis/openai"]["type"] == "graphql"
    assert "apis/openai/operations/chat" in memory.own()


def test_the_release_is_stamped_last(memory: Memory) -> None:
    stamp = Resource("named_value", "namedValues/apim-ai-release", {"displayName": "apim-ai-release", "value": "none"})
    run = deployment(memory, *sample(), stamp)
    result = run.execute(run.plan())
    assert memory.own()["namedValues/apim-ai-release"]["value"] == result.release
    assert deployment(memory, *sample(), stamp).plan().changes == ()


def test_a_run_that_died_before_it_recorded_is_recorded_by_the_next(memory: Memory) -> None:
    stamp = Resource("named_value", "namedValues/apim-ai-release", {"displayName": "apim-ai-release", "value": "none"})

    def die(verb: str, identifier: str) -> None:
        if "-ledger-" in identifier:
            raise KeyboardInterrupt

    memory.before_write = die
    run = deployment(memory, *sample()[2:4], stamp)
    plan = run.plan()
    with pytest.raises(KeyboardInterrupt):
        run.execute(plan)
    memory.before_write = lambda verb, identifier: None
    again = deployment(memory, *sample()[2:4], stamp)
    result = again.execute(again.plan())
    assert result.outcomes == ()
    assert memory.own()["namedValues/apim-ai-release"]["value"] == result.release
    memory.writes.clear()
    third = deployment(memory, *sample()[2:4], stamp)
    assert third.execute(third.plan()).release == result.release
    assert memory.writes == []


def test_a_lock_that_somebody_holds_refuses(memory: Memory) -> None:
    run = deployment(memory, *sample())
    plan = run.plan()
    other = deployment(memory, Resource("tag", "tags/t", {"displayName": "t"}))
    other_plan = other.plan()

    def during(verb: str, identifier: str) -> None:
        if identifier == "backends/ptu":
            with pytest.raises(Refused, match="at work: tester"):
                other.execute(other_plan)

    memory.before_write = during
    assert run.execute(plan).is_complete
    memory.before_write = lambda verb, identifier: None
    with pytest.raises(Refused, match="another deployment has ended"):
        other.execute(other_plan)


def test_what_an_operator_turned_stays_until_the_project_says_otherwise(memory: Memory) -> None:
    deploy(memory, *sample())
    memory.edit("subscriptions/bot", state="suspended", scope="/products/silver")
    plan = deployment(memory, *sample()).plan()
    assert (plan.changes, plan.refusals) == ((), ())
    assert [(turned.id, [field.path for field in turned.fields]) for turned in plan.turned] == [
        ("subscriptions/bot", ["scope"])
    ]
    deploy(memory, *sample(limit="2"))
    assert memory.own()["subscriptions/bot"]["scope"] == "/products/silver"
    moved = [
        Resource(r.kind, r.id, {**r.properties, "scope": "/apis"}) if r.kind == "subscription" else r for r in sample()
    ]
    assert "changed outside" in (deployment(memory, *moved).plan().refused or "")
    memory.edit("subscriptions/bot", displayName="portal")
    assert "changed outside" in (deployment(memory, *sample()).plan().refused or "")


def test_what_somebody_created_since_the_plan_is_left_alone(memory: Memory) -> None:
    run = deployment(memory, *sample())
    plan = run.plan()
    memory.entities["backends/ptu"] = ("backends/ptu", {"url": "https://theirs.test", "protocol": "http"}, 99)
    states = {outcome.id: (outcome.state, outcome.error) for outcome in run.execute(plan).outcomes}
    assert states["backends/ptu"] == ("failed", '"backends/ptu" was created by somebody else since the plan was made')
    assert states["backends/pool"][0] == "skipped"
    assert memory.entities["backends/ptu"][1]["url"] == "https://theirs.test"
    assert "not created by this project (--adopt backends/ptu" in (deployment(memory, *sample()).plan().refused or "")
    without = [resource for resource in sample() if "backends/" not in resource.id and resource.kind != "api_policy"]
    deploy(memory, *without, prune=True)
    assert memory.entities["backends/ptu"][1]["url"] == "https://theirs.test"


def test_interrupted_while_its_threads_start_it_starts_nothing_more(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = threading.Event()

    class Watched(Schedule):
        def stop(self, reason: str) -> None:
            super().stop(reason)
            stopped.set()

    @contextmanager
    def one_thread(concurrency: int, name: str) -> Generator[object]:
        del name
        with ThreadPoolExecutor(concurrency) as pool:
            started: list[object] = []

            def submit(work: Callable[[], None]) -> object:
                if started:
                    raise KeyboardInterrupt
                started.append(pool.submit(work))
                return started[0]

            yield SimpleNamespace(submit=submit)

    run = deployment(memory, *sample())
    plan = run.plan()
    monkeypatch.setattr(apply, "workers", one_thread)
    monkeypatch.setattr(apply, "Schedule", Watched)

    def until_stopped(verb: str, identifier: str) -> None:
        stopped.wait(10)

    memory.before_write = until_stopped
    with pytest.raises(KeyboardInterrupt):
        run.execute(plan)
    assert len(memory.own()) < len(sample())


def test_what_a_dead_run_announced_and_others_created_is_theirs(memory: Memory) -> None:
    def die(verb: str, identifier: str) -> None:
        if "-run-" not in identifier:
            raise KeyboardInterrupt

    memory.before_write = die
    run = deployment(memory, *sample())
    plan = run.plan()
    with pytest.raises(KeyboardInterrupt):
        run.execute(plan)
    memory.before_write = lambda verb, identifier: None
    assert [key for key in memory.entities if "-run-" in key]
    theirs = {"url": "https://theirs.test", "protocol": "http"}
    memory.entities["backends/ptu"] = ("backends/ptu", theirs, 99)
    assert "--adopt backends/ptu" in (deployment(memory, *sample()).plan().refused or "")
    assert deployment(memory, *sample()[:2], prune=True).plan().count("delete") == 0
    ours = next(dict(resource.properties) for resource in sample() if resource.id == "backends/ptu")
    memory.entities["backends/ptu"] = ("backends/ptu", ours, 100)
    assert deployment(memory, *sample()).plan().refused is None


def test_an_answer_that_was_lost_is_no_conflict(memory: Memory) -> None:
    """A write whose answer is lost is sent again, and its condition does not hold any more: because of ourselves."""
    deploy(memory, *sample()[:1])
    lost: set[str] = set()

    class Lossy:
        def __getattr__(self, name: str) -> Any:
            return getattr(memory, name)

        def create(self, kind: Any, identifier: str, properties: Any) -> Any:
            answer = memory.create(kind, identifier, properties)
            if "/apimai-" not in identifier:
                lost.add(identifier)
                raise ChangedError("PreconditionFailed", status=412)
            return answer

        def put(self, kind: Any, identifier: str, properties: Any, etag: str | None = None) -> Any:
            answer = memory.put(kind, identifier, properties, etag)
            if etag and identifier not in lost:
                lost.add(identifier)
                raise ChangedError("PreconditionFailed", status=412)
            return answer

    run = deployment(cast("Memory", Lossy()), *sample("101"), force=True)
    result = run.execute(run.plan())
    assert result.is_complete, [outcome for outcome in result.outcomes if outcome.state != "done"]
    assert lost >= {"namedValues/limit", "namedValues/key", "apis/openai"}
    assert memory.entities["namedvalues/limit"][1]["value"] == "101"
    assert memory.entities["namedvalues/key"][1]["value"] == "k1"
    assert deployment(memory, *sample("101")).plan().changes == ()


def test_the_policy_that_comes_with_an_api_is_written_over(memory: Memory) -> None:
    def born(verb: str, identifier: str) -> None:
        if identifier == "apis/openai":
            default = policy("<policies><inbound><base /></inbound></policies>")
            memory.entities[f"{identifier}/policies/policy"] = (f"{identifier}/policies/policy", default, 1)

    memory.before_write = born
    deploy(memory, *sample())
    assert "pool" in memory.entities["apis/openai/policies/policy"][1]["value"]


def test_a_service_that_stores_something_else_is_told_of(memory: Memory) -> None:
    run = deployment(memory, *sample())
    plan = run.plan()
    answered = memory.answered
    memory.answered = lambda kind, properties: {
        **answered(kind, properties),
        **({"url": "https://other.test"} if "url" in properties else {}),
    }
    outcomes = {outcome.id: outcome for outcome in run.execute(plan).outcomes}
    assert outcomes["backends/ptu"].warning == 'the service took "backends/ptu" and has something else in "url"'
    assert {outcome.state for outcome in outcomes.values()} == {"done"}
    assert outcomes["namedValues/limit"].warning is None


def test_a_service_that_loses_what_it_took_has_failed(memory: Memory) -> None:
    class Forgetful:
        def __getattr__(self, name: str) -> Any:
            return getattr(memory, name)

        def create(self, kind: Any, identifier: str, properties: Any) -> Any:
            if identifier != "namedValues/limit":
                return memory.create(kind, identifier, properties)
            return Entity(kind.name, identifier, {})

    run = deployment(cast("Memory", Forgetful()), *sample()[:2])
    outcomes = {outcome.id: outcome for outcome in run.execute(run.plan()).outcomes}
    assert outcomes["namedValues/limit"].error == 'the service took "namedValues/limit" and does not have it'
    assert outcomes["namedValues/key"].state == "done"


def test_a_secret_that_the_service_cannot_read_is_told_before_and_after(memory: Memory) -> None:
    reference = {"secretIdentifier": "https://v.test/secrets/x"}
    vault = Resource(
        "named_value", "namedValues/vault", {"displayName": "vault", "secret": True, "keyVault": reference}
    )
    readable = deployment(memory, vault)
    assert readable.execute(readable.plan()).warnings == ()
    status = {"code": "Forbidden", "message": "The identity may not read it."}
    memory.edit("namedValues/vault", keyVault={**reference, "lastStatus": status})
    run = deployment(memory, vault, *sample()[:1])
    plan = run.plan()
    assert [change.id for change in plan.changes] == ["namedValues/limit"]
    (warning,) = plan.warnings
    assert warning.startswith('the service cannot read the secret of "vault": The identity may not read it (')
    assert "Key Vault Secrets User" in warning
    assert run.execute(plan).warnings == (warning,)
    assert f"warning: {warning}" in reporter("text").plan(plan)
    memory.edit("namedValues/vault", keyVault={**reference, "lastStatus": {"code": "Success"}})
    assert deployment(memory, vault).plan().warnings == ()


def api(name: str, path: str) -> Resource:
    return Resource("api", f"apis/{name}", {"displayName": name, "path": path, "protocols": ["https"]})


def test_a_path_is_free_before_the_next_api_takes_it(memory: Memory) -> None:
    deploy(memory, api("old", "shop"))
    with pytest.raises(ConfigError, match='the path "Shop" of "apis/new" is that of "apis/old" in the service'):
        deployment(memory, api("new", "Shop")).plan()
    memory.writes.clear()
    deploy(memory, api("new", "Shop"), prune=True)
    order = [write for write in memory.writes if write[1].startswith("apis/")]
    assert order == [("delete", "apis/old"), ("put", "apis/new")]
