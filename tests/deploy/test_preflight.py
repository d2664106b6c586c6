from __future__ import annotations

import pytest

from apim_ai.deploy.preflight import check_links, check_resources, check_service
from apim_ai.errors import ConfigError, Refused
from apim_ai.resource import Resource, Resources
from apim_ai.source import Span

from .conftest import TARGET, Memory, deployment, sample


def named_value(name: str = "x", **properties: object) -> Resource:
    return Resource(
        "named_value", f"namedValues/{name}", {"displayName": name, "value": "1", **properties}, Span.at("a", 7)
    )


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        (named_value("-x"), "does not take"),
        (Resource("backend", "backends/a b", {}), "does not take"),
        (named_value(displayName="a b"), '"displayName"'),
        (named_value(value="x" * 4097), "must be 4096 characters"),
        (named_value(value=""), "has no value"),
        (named_value(value=None), "has no value"),
        (named_value("apimai-shop-lock"), "apim-ai's own"),
        (
            Resource("api_diagnostic", "apis/a/diagnostics/elsewhere", {"loggerId": "loggers/l"}),
            'knows no diagnostic "elsewhere"',
        ),
    ],
)
def test_what_the_service_would_refuse(resource: Resource, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        check_resources(Resources((resource,)))


def test_all_problems_at_once_with_their_places() -> None:
    with pytest.raises(ConfigError) as caught:
        check_resources(
            Resources((named_value("a", value=""), named_value("b", value=""), named_value("c", displayName="a")))
        )
    assert len(caught.value.also) == 2
    assert caught.value.where == "a:7:1"
    assert "same display name" in str(caught.value.also[1])


def test_a_key_vault_reference_is_a_value() -> None:
    check_resources(Resources((named_value(value=None, keyVault={"secretIdentifier": "https://v.test/secrets/x"}),)))


def test_a_service_that_is_being_changed(memory: Memory) -> None:
    memory.described = {"properties": {"provisioningState": "Updating"}}
    run = deployment(memory, *sample())
    with pytest.raises(Refused, match='"Updating"'):
        run.execute(run.plan())
    assert memory.writes == []


def test_a_tier_that_lacks_a_feature() -> None:
    consumption = {"sku": {"name": "Consumption"}}
    with pytest.raises(Refused, match="a pool"):
        check_service(consumption, Resources(sample()))
    check_service(consumption, Resources(sample()[:3]))
    check_service({}, Resources(sample()))


def test_another_service_than_was_meant_is_refused(memory: Memory) -> None:
    memory.described = {**memory.described, "id": TARGET.upper()}
    assert deployment(memory, *sample()).plan().refused is None
    memory.described = {**memory.described, "id": f"{TARGET}-prod"}
    with pytest.raises(Refused, match="the service that answers is"):
        deployment(memory, *sample()).plan()


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        (
            Resource("api", "apis/a", {"displayName": "x" * 301, "path": "a"}),
            'refuses "displayName" of "apis/a": .* must be 300 characters or fewer',
        ),
        (Resource("tag", f"tags/{'t' * 81}", {"displayName": "t"}), "is longer than 80 characters"),
        (
            Resource("subscription", "subscriptions/s", {"displayName": "x" * 101, "scope": "/apis"}),
            "be 100 characters",
        ),
        (Resource("api", "apis/a", {"displayName": "a"}), 'refuses "path" of "apis/a": \'path\' must not be empty'),
        (
            Resource("api_diagnostic", "apis/a/diagnostics/local", {"loggerId": "x", "verbosity": "loud"}),
            "'loud' that is not one of: verbose, information, error",
        ),
    ],
)
def test_what_the_kind_says_the_service_does_not_take(resource: Resource, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        check_resources(Resources([resource]))


def test_two_apis_at_one_path() -> None:
    one, two = (
        Resource("api", f"apis/{name}", {"displayName": name, "path": p}) for name, p in (("a", "x"), ("b", "/X/"))
    )
    with pytest.raises(ConfigError, match='"apis/a" and "apis/b" have the same path "x"'):
        check_resources(Resources([one, two]))
    versions = [Resource("api", r.id, {**r.properties, "apiVersion": r.name}) for r in (one, two)]
    check_resources(Resources(versions))
    check_resources(Resources([one, Resource("api", "apis/a;rev=2", dict(one.properties))]))


def test_a_link_to_what_nobody_has() -> None:
    product = Resource("product", "products/p", {"displayName": "p"})
    linked = [
        Resource("product_group", f"products/p/groups/{name}", {}, Span.at("p.yaml", line))
        for line, name in enumerate(("Mine", "Theirs", "nobodys"), 1)
    ]
    desired = Resources([product, Resource("group", "groups/mine", {"displayName": "m"}), *linked])
    with pytest.raises(ConfigError, match='needs "groups/nobodys"') as caught:
        check_links(desired, Resources([Resource("group", "groups/theirs", {"displayName": "t"})]))
    assert caught.value.where == "p.yaml:3:1"
    assert caught.value.also == ()


def test_a_link_to_a_group_that_others_made_is_there(memory: Memory) -> None:
    memory.entities["groups/developers"] = ("groups/developers", {"displayName": "Developers"}, 1)
    product = Resource("product", "products/p", {"displayName": "p"})
    run = deployment(memory, product, Resource("product_group", "products/p/groups/developers", {}))
    assert run.execute(run.plan()).outcomes
    del memory.entities["groups/developers"]
    with pytest.raises(ConfigError, match='needs "groups/developers"'):
        deployment(memory, product, Resource("product_group", "products/p/groups/developers", {})).plan()
