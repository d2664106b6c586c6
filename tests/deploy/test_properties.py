"""For any project: a plan after its deployment is empty, and any project can follow any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from apim_ai.deploy.bundle import with_secrets
from apim_ai.deploy.client import Client
from apim_ai.deploy.comparison import form_of
from apim_ai.deploy.deployment import Deployment, Request
from apim_ai.deploy.difference import cut, digest_of
from apim_ai.deploy.plan import PlanOptions
from apim_ai.deploy.records import read_records
from apim_ai.deploy.release import Provenance
from apim_ai.deploy.service import RejectedError
from apim_ai.resource import Resource, Resources, kinds

from .conftest import Memory, deploy, deployment, policy
from .plane import running

if TYPE_CHECKING:
    from apim_ai.arm.serialise import Style

NAMES = st.sampled_from(["a", "b", "c"])
VALUES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="<&@{}"), min_size=1, max_size=8
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def documents(draw: st.DrawFn, named_values: list[str], fragments: list[str], backends: list[str]) -> str:
    """Return a policy document that refers to some of what there is."""
    parts = [f'<set-header name="{draw(NAMES)}"><value>@(1 < 2 ? "x" : "y")</value></set-header>']
    parts += [f'<set-header name="n"><value>{{{{{name}}}}}</value></set-header>' for name in draw(some(named_values))]
    parts += [f'<include-fragment fragment-id="{name}" />' for name in draw(some(fragments))]
    parts += [f"<set-backend-service backend-id='{name}' />" for name in draw(some(backends))]
    if draw(st.booleans()):
        parts.insert(0, "<base />")
    return "".join(parts)


def some(names: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), unique=True) if names else st.just([])


@st.composite
def projects(draw: st.DrawFn) -> tuple[Resource, ...]:
    """Return the resources of a project, in any order."""
    values, backends, fragments = (draw(st.lists(NAMES, unique=True)) for _ in range(3))
    found = [
        Resource(
            "named_value", f"namedValues/{n}", {"displayName": n, "value": draw(VALUES), "secret": draw(st.booleans())}
        )
        for n in values
    ]
    found += [
        Resource(
            "backend", f"backends/{n}", {"url": f"https://{draw(NAMES)}.test", "protocol": "http", **draw(extras())}
        )
        for n in backends
    ]
    if backends:
        members = [{"id": f"/backends/{name}", "weight": draw(st.integers(0, 100))} for name in backends]
        found.append(Resource("backend", "backends/pool", {"type": "Pool", "pool": {"services": members}}))
    for index, name in enumerate(fragments):
        text = draw(documents(values, fragments[:index], backends))
        found.append(Resource("fragment", f"policyFragments/{name}", policy(f"<fragment>{text}</fragment>")))
    for name in draw(st.lists(NAMES, unique=True)):
        found += draw(apis(name, values, fragments, backends))
    return tuple(draw(st.permutations(found)))


def extras() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "title": TEXTS,
            "tls": st.fixed_dictionaries({"validateCertificateChain": st.booleans()}),
            "credentials": st.fixed_dictionaries(
                {"header": st.dictionaries(NAMES, st.lists(TEXTS, min_size=1, max_size=2))}
            ),
        },
    )


@st.composite
def apis(draw: st.DrawFn, name: str, values: list[str], fragments: list[str], backends: list[str]) -> list[Resource]:
    """Return an API with operations and policies."""
    api = f"apis/{name}"
    protocols = draw(st.permutations(["https", "http"]))
    found = [Resource("api", api, {"displayName": draw(TEXTS), "path": name, "protocols": list(protocols)})]
    if draw(st.booleans()):
        text = draw(documents(values, fragments, backends))
        found.append(
            Resource("api_policy", f"{api}/policies/policy", policy(f"<policies><inbound>{text}</inbound></policies>"))
        )
    for operation in draw(st.lists(NAMES, unique=True, max_size=2)):
        properties = {
            "displayName": draw(TEXTS),
            "method": draw(st.sampled_from(["GET", "post"])),
            "urlTemplate": f"/{operation}",
        }
        found.append(Resource("operation", f"{api}/operations/{operation}", properties))
    return found


@SETTINGS
@given(projects())
def test_a_plan_after_a_deployment_is_empty(project: tuple[Resource, ...]) -> None:
    memory = Memory()
    if project:
        deploy(memory, *project)
        memory.writes.clear()
        plan = deployment(memory, *project).plan()
        assert plan.changes == ()
        assert plan.orphans == ()
        assert len(plan.kept) == len(project)


@SETTINGS
@given(projects(), projects())
def test_any_project_can_follow_any_other(first: tuple[Resource, ...], second: tuple[Resource, ...]) -> None:
    memory = Memory()
    if first and second:
        deploy(memory, *first)
        deploy(memory, *second, prune=True, force=True)
        assert set(memory.own()) == {resource.id for resource in second}
        assert deployment(memory, *second).plan().changes == ()


@SETTINGS
@given(projects(), st.data())
def test_a_resource_that_fails_leaves_out_only_what_needs_it(
    project: tuple[Resource, ...], data: st.DataObject
) -> None:
    if not project:
        return
    memory = Memory()
    broken = data.draw(st.sampled_from([resource.id for resource in project]))

    def fail(verb: str, identifier: str) -> None:
        if identifier == broken:
            raise RejectedError("no", status=400)

    memory.before_write = fail
    run = deployment(memory, *project)
    outcomes = {outcome.id: outcome.state for outcome in run.execute(run.plan()).outcomes}
    assert outcomes[broken] == "failed"
    assert list(outcomes.values()).count("failed") == 1
    memory.before_write = lambda verb, identifier: None
    again = deployment(memory, *project)
    plan = again.plan()
    assert {change.id for change in plan.changes} == {key for key, state in outcomes.items() if state != "done"}
    assert again.execute(plan).is_complete


@SETTINGS
@example(  # what is declared as the service has it anyway
    (Resource("backend", "backends/a", {"url": "https://a.test", "tls": {"validateCertificateChain": True}}),),
    (Resource("backend", "backends/a", {"url": "https://a.test"}),),
)
@given(projects(), projects())
def test_a_rollback_restores_what_means_and_hashes_the_same(
    first: tuple[Resource, ...], second: tuple[Resource, ...]
) -> None:
    memory = Memory()
    if not first or not second:
        return
    deploy(memory, *first)
    before, texts = meanings(memory), documents_of(memory)
    deploy(memory, *second, prune=True, force=True)
    records = read_records(memory, "shop")
    desired, unknown = with_secrets(records.bundles[records.history.releases[-1].id], Resources(first))
    assert unknown == ()
    deploy(memory, *desired.values(), prune=True, force=True, overwrite_drift=True)
    assert meanings(memory) == before
    assert documents_of(memory) == texts
    assert deployment(memory, *first).plan().changes == ()


def meanings(memory: Memory) -> dict[str, str]:
    """Return the digest of what each resource means, the service's defaults filled in."""
    found: dict[str, str] = {}
    for key, (identifier, properties, _) in memory.entities.items():
        kind = kinds.kind_of(identifier)
        if kind is not None and "/apimai-" not in key:
            found[key] = digest_of(cut(kind, form_of(kind, identifier, memory.answered(kind, properties)), 1))
    return found


def documents_of(memory: Memory) -> dict[str, str]:
    """Return the documents as they were written."""
    return {key: text for key, value in memory.own().items() if (text := str(value.get("value", "")))[:1] == "<"}


@pytest.mark.parametrize("style", ["service", "shuffled", "verbatim"])
@settings(SETTINGS, max_examples=6)
@given(projects())
def test_a_plan_after_a_deployment_is_empty_however_policies_are_printed(
    style: Style, project: tuple[Resource, ...]
) -> None:
    with running(style=style) as plane:
        client = Client(plane.target)
        request = Request("test", "shop", Resources(project), plane.target.id, PlanOptions(), Provenance("tester"), 4)
        run = Deployment(request, client)
        plan = run.plan()
        assume(project and plan.refused is None)
        outcomes = run.execute(plan).outcomes
        assert [(o.id, o.error) for o in outcomes if o.state != "done"] == []
        again = Deployment(request, client).plan()
        assert [(change.id, change.fields) for change in again.changes] == []
        client.close()
