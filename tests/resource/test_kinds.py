from __future__ import annotations

import pytest

from apim_ai.resource import Kind, References, Resource, Resources, kinds

EVERY = pytest.mark.parametrize("kind", kinds.every(), ids=lambda kind: kind.name)


def example(kind: Kind) -> str:
    return kind.path.replace("{", "").replace("}", "-1")


@EVERY
def test_an_id_leads_to_its_kind_whatever_its_case(kind: Kind) -> None:
    assert kinds.kind_of(example(kind)) is kind
    assert kinds.kind_of(example(kind).upper()) is kind


@EVERY
def test_the_module_is_named_as_the_kind(kind: Kind) -> None:
    assert kinds.find(kind.name) is kind
    assert kind.type.startswith("Microsoft.ApiManagement/service/")
    assert kind.names_of(example(kind)) == tuple(f"{place}-1" for place in kind.places)


def test_paths_of_no_kind() -> None:
    assert kinds.kind_of("gateways/g") is None
    assert kinds.kind_of("apis/a/operations") is None
    assert kinds.kind_of("") is None


def test_a_revision_is_an_api() -> None:
    assert kinds.kind_of("apis/shop;rev=2") is kinds.find("api")


def test_secrets_are_never_shown() -> None:
    backend = kinds.find("backend")
    properties = {"credentials": {"header": {"api-key": ["k1"]}, "authorization": {"scheme": "B", "parameter": "k2"}}}
    shown = backend.shown(properties)
    assert shown["credentials"]["authorization"] == {"scheme": "B", "parameter": "(secret)"}
    assert "k1" not in str(shown)
    assert properties["credentials"]["header"] == {"api-key": ["k1"]}


def test_a_named_value_hides_its_value_only_when_secret() -> None:
    kind = kinds.find("named_value")
    assert kind.write_only({"value": "x"}) == ()
    assert kind.write_only({"value": "x", "secret": True}) == ("value",)


def test_the_compared_form_unifies_spellings() -> None:
    backend = kinds.find("backend")
    service = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/n"
    ours = {"pool": {"services": [{"id": "/backends/A", "weight": None}]}}
    theirs = {"pool": {"services": [{"id": f"{service}/backends/a"}]}}
    assert backend.compared(ours) == backend.compared(theirs)
    rules = {"circuitBreaker": {"rules": [{"tripDuration": "PT1M"}]}}
    assert backend.compared(rules) == backend.compared({"circuitBreaker": {"rules": [{"tripDuration": "PT60S"}]}})
    assert backend.compared(rules) != backend.compared({"circuitBreaker": {"rules": [{"tripDuration": "PT61S"}]}})


def test_an_import_is_not_compared_by_its_document() -> None:
    api = kinds.find("api")
    assert api.compared({"path": "/shop/", "format": "openapi", "value": "…"}) == {"path": "shop"}


def resources() -> Resources:
    policy = (
        '<policies><inbound><include-fragment fragment-id="auth" /><!-- <x fragment-id="gone" /> -->'
        '<set-backend-service backend-id="{{region}}-aoai" /><set-header name="x"><value>{{Key}}</value></set-header>'
        '<set-backend-service backend-id="@(context.Variables)" /></inbound></policies>'
    )
    return Resources(
        (
            Resource("named_value", "namedValues/nv-1", {"displayName": "key", "value": "1"}),
            Resource("named_value", "namedValues/nv-2", {"displayName": "region", "value": "west"}),
            Resource("fragment", "policyFragments/auth", {"value": "<fragment />"}),
            Resource("fragment", "policyFragments/gone", {"value": "<fragment />"}),
            Resource("backend", "backends/west-aoai", {"url": "https://{{region}}.test"}),
            Resource("backend", "backends/pool", {"pool": {"services": [{"id": "/backends/west-aoai"}]}}),
            Resource("version_set", "apiVersionSets/v", {}),
            Resource("api", "apis/a", {"apiVersionSetId": "/apiVersionSets/v"}),
            Resource("api", "apis/a;rev=2", {"sourceApiId": "/apis/a"}),
            Resource("operation", "apis/a/operations/o", {}),
            Resource("api_policy", "apis/a/policies/policy", {"format": "rawxml", "value": policy}),
            Resource("product", "products/p", {}),
            Resource("product_api", "products/p/apis/a", {}),
            Resource("subscription", "subscriptions/s", {"scope": "/products/p"}),
            Resource("api_release", "apis/a/releases/r", {"apiId": "/apis/a"}),
        )
    )


@pytest.mark.parametrize(
    ("of", "needs"),
    [
        ("backends/west-aoai", {"namedValues/nv-2"}),
        ("backends/pool", {"backends/west-aoai"}),
        ("apis/a", {"apiVersionSets/v"}),
        ("apis/a;rev=2", {"apis/a"}),
        ("apis/a/operations/o", {"apis/a"}),
        (
            "apis/a/policies/policy",
            {"apis/a", "policyFragments/auth", "backends/west-aoai", "namedValues/nv-1", "namedValues/nv-2"},
        ),
        ("products/p/apis/a", {"products/p", "apis/a"}),
        ("subscriptions/s", {"products/p"}),
        ("apis/a/releases/r", {"apis/a", "apis/a/operations/o", "apis/a/policies/policy"}),
        ("namedValues/nv-1", set[str]()),
    ],
)
def test_references(of: str, needs: set[str]) -> None:
    everything = resources()
    assert set(References(everything).of(everything[of])) == needs


def test_named_values_that_nobody_declares_are_told() -> None:
    backend = Resource("backend", "backends/b", {"url": "https://{{nowhere}}.test"})
    assert References(Resources((backend,))).unresolved(backend) == ("nowhere",)
