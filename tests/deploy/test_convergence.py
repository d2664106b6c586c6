"""Deployments through the real SDK against a control plane that misbehaves: a re-run always converges."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from apim_ai.arm import Options
from apim_ai.arm.faults import parse_failure
from apim_ai.deploy.client import Client
from apim_ai.deploy.deployment import Deployed, Deployment, Request
from apim_ai.deploy.plan import Change, PlanOptions
from apim_ai.deploy.release import Provenance
from apim_ai.errors import ApimAiError, ControlPlaneError
from apim_ai.resource import Resource, Resources, kinds

from .conftest import policy, sample
from .plane import Plane, running

STORMS = {
    "busy": ("409:30%:PUT",),
    "throttled": ("429:5%",),
    "broken": ("500:20%", "503:2%"),
    "flaky": ("422:30%:PUT",),
    "moved": ("412:30%:PUT",),
    "lost before": ("drop:20%",),
    "lost after": ("lost:20%",),
    "all": ("409:8%:PUT", "412:8%:PUT", "429:2%", "500:8%", "drop:8%", "lost:8%"),
}


def deployment(plane: Plane, client: Client, *resources: Resource, stack: str = "shop", **options: Any) -> Deployment:
    request = Request(
        "local",
        stack,
        Resources(resources),
        plane.target.id,
        PlanOptions(**options),
        Provenance("tester"),
        concurrency=8,
    )
    return Deployment(request, client)


def attempt(run: Deployment) -> Deployed | None:
    try:
        return run.execute(run.plan(), force_unlock=True)
    except ApimAiError:
        return None


@pytest.mark.parametrize("storm", STORMS)
def test_a_rerun_converges_after_a_storm(storm: str) -> None:
    options = Options(failures=tuple(parse_failure(text) for text in STORMS[storm]))
    with running() as calm:
        client = Client(calm.target)
        foreign = Resource("backend", "backends/theirs", {"url": "https://theirs.test", "protocol": "http"})
        client.put(kinds.find("backend"), foreign.id, foreign.properties)
        with running(options, store=calm.store) as stormy:
            shaken = Client(stormy.target)
            for _ in range(3):
                attempt(deployment(stormy, shaken, *sample()))
            shaken.close()
        final = deployment(calm, client, *sample())
        plan = final.plan()
        assert plan.refused is None
        assert final.execute(plan, force_unlock=True).is_complete
        again = deployment(calm, client, *sample()).plan()
        assert again.changes == ()
        kept = calm.store.get(foreign.id)
        assert kept is not None
        assert kept.resource.properties["url"] == "https://theirs.test"
        expected = {resource.id for resource in sample()} | {foreign.id}
        ours = {i for i in calm.store.resources() if "/apimai-" not in i and i in expected}
        assert ours == expected
        client.close()


def test_a_control_plane_that_dies_half_way_says_what_is_live() -> None:
    with running() as plane:
        client = Client(plane.target)
        run = deployment(plane, client, *sample())
        plan = run.plan()
        died: list[str] = []

        class Killer:
            def started(self, change: Change) -> None:
                if change.id == "apis/openai":
                    died.append(change.id)
                    plane.stop()

            def finished(self, outcome: object) -> None: ...

        result = run.execute(plan, progress=(Killer(),))
        assert died
        states = {outcome.id: outcome.state for outcome in result.outcomes}
        assert states["apis/openai"] == "failed"
        assert states["apis/openai/operations/chat"] == "skipped"
        assert len(states) == len(sample())
        client.close()
        with running(store=plane.store) as restarted:
            client = Client(restarted.target)
            again = deployment(restarted, client, *sample())
            assert again.execute(again.plan(), force_unlock=True).is_complete
            assert deployment(restarted, client, *sample()).plan().changes == ()


@pytest.mark.parametrize("polls", [0, 2])
def test_what_others_created_since_the_plan_is_not_overwritten(polls: int) -> None:
    with running(Options(polls=polls)) as plane:
        client = Client(plane.target)
        run = deployment(plane, client, *sample())
        plan = run.plan()
        theirs = {"limit": "theirs", "ptu": "https://theirs.test"}
        client.put(kinds.find("named_value"), "namedValues/limit", {"displayName": "limit", "value": theirs["limit"]})
        client.put(kinds.find("backend"), "backends/ptu", {"url": theirs["ptu"], "protocol": "http"})
        failed = {o.id: o.error for o in run.execute(plan).outcomes if o.state == "failed"}
        assert failed == {
            identifier: f'"{identifier}" was created by somebody else since the plan was made'
            for identifier in ("namedValues/limit", "backends/ptu")
        }
        for identifier, value in (("namedValues/limit", theirs["limit"]), ("backends/ptu", theirs["ptu"])):
            kept = plane.store.get(identifier)
            assert kept is not None
            assert value in kept.resource.properties.values()
        client.close()


def test_polls_of_long_running_operations_are_waited_for() -> None:
    with running(Options(polls=2)) as plane:
        client = Client(plane.target)
        run = deployment(plane, client, *sample())
        assert run.execute(run.plan()).is_complete
        assert deployment(plane, client, *sample()).plan().changes == ()
        fewer = deployment(plane, client, *sample()[:2], prune=True, force=True)
        assert {outcome.error for outcome in fewer.execute(fewer.plan()).outcomes} == {None}


def test_the_services_own_message_leads_to_the_template() -> None:
    with running() as plane:
        client = Client(plane.target)
        bad = Resource(
            "global_policy",
            "policies/policy",
            policy("<policies>\n  <inbound>\n    <no-such-policy />\n  </inbound>\n</policies>"),
        )
        run = deployment(plane, client, bad)
        outcome = run.execute(run.plan(), force_unlock=True).outcomes[0]
        assert outcome.state == "failed"
        assert "no-such-policy" in (outcome.error or "")
        client.close()


def test_every_kind_goes_there_and_back() -> None:
    extra = (
        Resource("version_set", "apiVersionSets/v", {"displayName": "V", "versioningScheme": "Segment"}),
        Resource("tag", "tags/t", {"displayName": "T"}),
        Resource("group", "groups/g", {"displayName": "G", "description": "x"}),
        Resource(
            "logger",
            "loggers/l",
            {"loggerType": "applicationInsights", "credentials": {"instrumentationKey": "{{limit}}"}},
        ),
        Resource(
            "diagnostic",
            "diagnostics/applicationinsights",
            {"loggerId": "/loggers/l", "sampling": {"samplingType": "fixed", "percentage": 50}},
        ),
        Resource("api_diagnostic", "apis/openai/diagnostics/applicationinsights", {"loggerId": "/loggers/l"}),
        Resource("cache", "caches/default", {"connectionString": "{{key}}", "useFromLocation": "default"}),
        Resource("api_tag", "apis/openai/tags/t", {}),
        Resource("product_group", "products/gold/groups/g", {}),
        Resource(
            "product_policy",
            "products/gold/policies/policy",
            policy("<policies><inbound><base /><quota calls='5' renewal-period='60' /></inbound></policies>"),
        ),
        Resource(
            "operation_policy",
            "apis/openai/operations/chat/policies/policy",
            policy("<policies><inbound><base /></inbound></policies>"),
        ),
        Resource(
            "global_policy",
            "policies/policy",
            policy(
                "<policies><inbound></inbound><backend><forward-request /></backend><outbound></outbound></policies>"
            ),
        ),
        Resource(
            "api_schema",
            "apis/openai/schemas/s",
            {
                "contentType": "application/vnd.oai.openapi.components+json",
                "document": {"components": {"schemas": {"A": {"type": "string"}}}},
            },
        ),
        Resource("user", "users/u", {"email": "u@example.test", "firstName": "U", "lastName": "V"}),
    )
    everything = (*sample(), *extra)
    with running() as plane:
        client = Client(plane.target)
        run = deployment(plane, client, *everything)
        result = run.execute(run.plan())
        assert result.is_complete, [outcome for outcome in result.outcomes if outcome.state != "done"]
        plan = deployment(plane, client, *everything).plan()
        assert plan.changes == (), plan.changes
        gone = deployment(plane, client, *sample()[:2], prune=True, force=True)
        outcomes = gone.execute(gone.plan()).outcomes
        assert [(o.id, o.error) for o in outcomes if o.state != "done"] == []
        assert deployment(plane, client, *sample()[:2]).plan().orphans == ()
        client.close()


def test_a_service_that_is_not_there_is_told_before_any_plan() -> None:
    with running() as plane:
        target = replace(plane.target, service="other")
        client = Client(target)
        with pytest.raises(ControlPlaneError, match="does not know this service"):
            deployment(plane, client, *sample()).plan()
        client.close()
