"""Whatever stands in a body, the control plane takes it or says what is wrong, and what it took clients can read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from azure.mgmt.apimanagement import models
from azure.mgmt.apimanagement._serialization import Deserializer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apim_ai.arm import kinds

from .conftest import make_arm

GOOD: dict[str, tuple[str, str, dict[str, Any]]] = {
    "api": ("apis/n", "ApiContract", {"displayName": "D", "path": "n"}),
    "api_diagnostic": (
        "apis/shop/diagnostics/local", "DiagnosticContract", {"loggerId": "/loggers/azuremonitor"},
    ),
    "api_policy": ("apis/shop/policies/policy", "PolicyContract", {"value": "<policies />"}),
    "api_release": ("apis/shop/releases/n", "ApiReleaseContract", {"apiId": "/apis/shop"}),
    "api_schema": ("apis/shop/schemas/n", "SchemaContract", {"contentType": "application/json"}),
    "backend": ("backends/n", "BackendContract", {"url": "https://be.test", "protocol": "http"}),
    "cache": ("caches/n", "CacheContract", {"connectionString": "c", "useFromLocation": "default"}),
    "certificate": (
        "certificates/n", "CertificateContract", {"keyVault": {"secretIdentifier": "https://v.test/secrets/c"}},
    ),
    "diagnostic": ("diagnostics/local", "DiagnosticContract", {"loggerId": "/loggers/azuremonitor"}),
    "fragment": ("policyFragments/n", "PolicyFragmentContract", {"value": "<fragment />"}),
    "global_schema": ("schemas/n", "GlobalSchemaContract", {"schemaType": "json"}),
    "group": ("groups/n", "GroupContract", {"displayName": "D"}),
    "logger": ("loggers/n", "LoggerContract", {"loggerType": "azureMonitor"}),
    "named_value": ("namedValues/n", "NamedValueContract", {"displayName": "n", "value": "v"}),
    "operation": (
        "apis/shop/operations/n", "OperationContract", {"displayName": "D", "method": "GET", "urlTemplate": "/n"},
    ),
    "product": ("products/n", "ProductContract", {"displayName": "D"}),
    "subscription": ("subscriptions/n", "SubscriptionContract", {"displayName": "D", "scope": "/apis"}),
    "tag": ("tags/n", "TagContract", {"displayName": "D"}),
    "user": ("users/n", "UserContract", {"email": "a@b.test", "firstName": "A", "lastName": "B"}),
    "version_set": ("apiVersionSets/n", "ApiVersionSetContract", {"displayName": "D", "versioningScheme": "Segment"}),
}  # fmt: skip
NAMES = (
    *sorted({name for _, _, properties in GOOD.values() for name in properties}),
    *("apiRevision", "apiVersion", "apiVersionSet", "apiVersionSetId", "authenticationSettings", "backend", "body"),
    *("bytes", "circuitBreaker", "components", "contact", "credentials", "description", "document", "expirationDate"),
    *("failureCondition", "format", "frontend", "header", "headers", "id", "identities", "name", "pool", "primaryKey"),
    *("properties", "protocols", "proxy", "query", "queryParameters", "representations", "request", "responses"),
    *("rules", "sampling", "secret", "services", "sourceApiId", "state", "subscriptionKeyParameterNames"),
    *("subscriptionsLimit", "tags", "templateParameters", "tls", "type", "verbosity"),
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 700),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["", "x", "/apis/shop", "/backends/b", "PT1M", "https://x.test", "{{x}}", "Pool", "openapi+json", "{}"]
    ),
    st.text(max_size=5),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)
PROPERTIES = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3)
DESERIALIZER = Deserializer({name: found for name, found in vars(models).items() if isinstance(found, type)})


@pytest.mark.parametrize("kind", GOOD)
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_properties=PROPERTIES, method=st.sampled_from(["PUT", "PATCH"]))
def test_any_properties_are_refused_or_can_be_read_back(
    kind: str, given_properties: dict[str, Any], method: str
) -> None:
    arm = make_arm()
    arm.put("apis/shop", {"displayName": "S", "path": "s"})
    path, model, good = GOOD[kind]
    if method == "PATCH":
        arm.put(path, good)
    answer = arm.call(method, path, {**good, **given_properties} if method == "PUT" else given_properties)
    assert answer.status in {200, 201, 400, 404, 409}
    if answer.status < 300:
        body = dict(answer.body or {})
        DESERIALIZER(model, json.dumps(body), "application/json")
        assert body["type"] == kinds.find(kind).type


@pytest.mark.parametrize("body", [None, 5, "x", [], True, {"properties": 5}, {"properties": []}, {"properties": "x"}])
@pytest.mark.parametrize("kind", GOOD)
def test_what_is_no_resource_is_refused(kind: str, body: object) -> None:
    arm = make_arm()
    arm.put("apis/shop", {"displayName": "S", "path": "s"})
    assert arm.refused("PUT", GOOD[kind][0], body=body)["status"] == 400
