"""What each kind does beyond storing: one section a kind."""

from __future__ import annotations

import base64
import datetime as dt
import re
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12

from .conftest import SERVICE, Arm, make_arm

SINGLE = {"url": "https://b.test", "protocol": "http"}
POLICY = '<policies><inbound><base /><set-variable name="v" value="{{secret}}" /></inbound></policies>'


def targets(error: dict[str, Any]) -> set[str]:
    return {detail["target"] for detail in error["details"]}


# --- named values ---------------------------------------------------------------------------------------------------


def test_a_secret_is_never_answered_but_by_list_value(arm: Arm) -> None:
    body = {"displayName": "secret", "value": "s3cr3t", "secret": True}
    put = arm.put("namedValues/n", body)
    patched = arm.call("PATCH", "namedValues/n", {"tags": ["a"]})
    answers = [put, arm.get("namedValues/n"), arm.get("namedValues"), patched.body]
    assert "s3cr3t" not in str(answers)
    listed = arm.call("POST", "namedValues/n/listValue")
    assert listed.body == {"value": "s3cr3t"}
    assert "ETag" in dict(listed.headers)


def test_a_plain_value_is_answered(arm: Arm) -> None:
    properties = arm.put("namedValues/n", {"displayName": "n", "value": "v"})["properties"]
    assert properties["value"] == "v"
    assert properties["secret"] is False


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({"value": "v"}, "displayName"),
        ({"displayName": "a b", "value": "v"}, "displayName"),
        ({"displayName": "x" * 257, "value": "v"}, "displayName"),
        ({"displayName": "n"}, "value"),
        ({"displayName": "n", "value": "v" * 4097}, "value"),
        ({"displayName": "n", "value": "v", "tags": ["t"] * 33}, "tags"),
        ({"displayName": "n", "value": "v", "secret": "yes"}, "secret"),
        ({"displayName": "n", "keyVault": {}}, "keyVault.secretIdentifier"),
    ],
)
def test_named_values_that_are_refused(arm: Arm, body: dict[str, object], target: str) -> None:
    error = arm.refused("PUT", "namedValues/n", body)
    assert error["code"] == "ValidationError"
    assert error["message"] == "One or more fields contain incorrect values:"
    assert target in targets(error)


def test_a_display_name_belongs_to_one_named_value(arm: Arm) -> None:
    arm.put("namedValues/a", {"displayName": "Same", "value": "1"})
    error = arm.refused("PUT", "namedValues/b", {"displayName": "same", "value": "1"})
    assert error["details"] == [
        {"code": "ValidationError", "target": "name", "message": "Property with the same name already exist."}
    ]
    arm.put("namedValues/a", {"displayName": "Same", "value": "2"})


def test_a_key_vault_reference_is_fetched_and_refreshed_and_never_shown() -> None:
    secrets = {"https://v.test/secrets/key": "first"}
    arm = make_arm(secret_of=secrets.get)
    body = {"displayName": "kv", "keyVault": {"secretIdentifier": "https://v.test/secrets/key"}}
    shown = arm.put("namedValues/kv", body)["properties"]
    assert shown["secret"] is True
    assert shown["keyVault"]["lastStatus"] == {"code": "Success", "timeStampUtc": "2026-01-01T00:00:00.000Z"}
    assert "value" not in shown
    assert arm.plane.world.store.resources()["namedValues/kv"].properties["value"] == "first"
    secrets["https://v.test/secrets/key"] = "second"
    assert arm.call("POST", "namedValues/kv/refreshSecret").status == 202
    assert arm.plane.world.store.resources()["namedValues/kv"].properties["value"] == "second"
    assert arm.refused("POST", "namedValues/kv/listValue")["status"] == 400


def test_a_key_vault_secret_that_cannot_be_had_says_so(arm: Arm) -> None:
    body = {"displayName": "kv", "keyVault": {"secretIdentifier": "https://v.test/secrets/key"}}
    status = arm.put("namedValues/kv", body)["properties"]["keyVault"]["lastStatus"]
    assert status["code"] == "NotFound"
    arm.put("namedValues/n", {"displayName": "n", "value": "v"})
    assert arm.refused("POST", "namedValues/n/refreshSecret")["status"] == 400


def test_a_named_value_in_use_cannot_go(shop: Arm) -> None:
    shop.put("namedValues/n", {"displayName": "secret", "value": "v"})
    shop.put("apis/shop/policies/policy", {"format": "rawxml", "value": POLICY})
    error = shop.refused("DELETE", "namedValues/n")
    assert error["message"] == (
        "The Named Value 'n' is used by the following entities:\r\n/apis/shop/policies/policy\r\n"
    )
    shop.call("DELETE", "apis/shop/policies/policy")
    assert shop.call("DELETE", "namedValues/n").status == 200


# --- fragments ------------------------------------------------------------------------------------------------------


def test_a_fragment_in_use_cannot_go_and_lists_its_users(shop: Arm) -> None:
    shop.put("policyFragments/f", {"format": "rawxml", "value": "<fragment><set-method>GET</set-method></fragment>"})
    include = '<policies><inbound><include-fragment fragment-id="f" /></inbound></policies>'
    shop.put("policies/policy", {"format": "rawxml", "value": include})
    listed = shop.call("POST", "policyFragments/f/listReferences").body
    assert listed == {
        "value": [
            {
                "id": f"{SERVICE}/policies/policy",
                "type": "Microsoft.ApiManagement/service/policies",
                "name": "policy",
            }
        ],
        "count": 1,
    }
    error = shop.refused("DELETE", "policyFragments/f")
    assert error["message"] == "The Policy Fragment 'f' is used by the following entities:\r\n/policies/policy\r\n"


def test_a_fragment_says_its_format_only_when_asked_for_one(arm: Arm) -> None:
    arm.put("policyFragments/f", {"format": "rawxml", "value": "<fragment><x y='@(\"a\")'/></fragment>"})
    plain = arm.get("policyFragments/f")["properties"]
    raw = arm.get("policyFragments/f", format="rawxml")["properties"]
    assert "format" not in plain
    assert "&quot;a&quot;" in plain["value"]
    assert raw["format"] == "rawxml"
    assert '@("a")' in raw["value"]


# --- backends -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({"protocol": "http"}, "url"),
        ({"url": "https://b.test"}, "protocol"),
        ({**SINGLE, "protocol": "ftp"}, "protocol"),
        ({**SINGLE, "url": "b.test"}, "url"),
        ({**SINGLE, "pool": {"services": [{"id": "/backends/a"}]}}, "pool"),
        ({"type": "Pool"}, "pool"),
        ({"type": "Pool", "pool": {"services": []}}, "pool.services"),
        ({"type": "Pool", "pool": {"services": [{"id": "/backends/none"}]}}, "pool"),
        ({"type": "Pool", "pool": {"services": [{"id": "/backends/a", "weight": 101}]}}, "pool.services[].weight"),
        ({"type": "Pool", "url": "https://x.test", "pool": {"services": [{"id": "/backends/a"}]}}, "url"),
        ({**SINGLE, "credentials": {"certificateIds": ["/certificates/none"]}}, "credentials"),
    ],
)
def test_backends_that_are_refused(arm: Arm, body: dict[str, object], target: str) -> None:
    arm.put("backends/a", SINGLE)
    assert target in targets(arm.refused("PUT", "backends/b", body))


def rule(**condition: object) -> dict[str, object]:
    failure = {"count": 1, "interval": "PT1M", "statusCodeRanges": [{"min": 429, "max": 429}], **condition}
    return {"name": "r", "failureCondition": failure, "tripDuration": "PT30S", "acceptRetryAfter": True}


@pytest.mark.parametrize(
    ("rules", "target"),
    [
        ([rule(interval="1 minute")], "circuitBreaker.rules[].failureCondition.interval"),
        (
            [rule(statusCodeRanges=[{"min": 100, "max": 429}])],
            "circuitBreaker.rules[].failureCondition.statusCodeRanges[].min",
        ),
        ([rule(errorReasons=["x"] * 11)], "circuitBreaker.rules[].failureCondition.errorReasons"),
        ([rule(percentage=101)], "circuitBreaker.rules[].failureCondition.percentage"),
        ([rule(), rule()], "circuitBreaker.rules"),
    ],
)
def test_circuit_breakers_that_are_refused(arm: Arm, rules: list[object], target: str) -> None:
    assert target in targets(arm.refused("PUT", "backends/b", {**SINGLE, "circuitBreaker": {"rules": rules}}))


def test_a_tier_without_circuit_breakers_refuses_them() -> None:
    arm = make_arm(sku="Consumption")
    arm.put("backends/b", SINGLE)
    error = arm.refused("PUT", "backends/b", {**SINGLE, "circuitBreaker": {"rules": [rule()]}})
    assert (error["status"], error["code"]) == (400, "MethodNotAllowedInPricingTier")


def test_a_breaker_and_unknown_newer_properties_survive(arm: Arm) -> None:
    newer = {**rule(), "failureResponse": {"statusCode": 503}}
    body = {**SINGLE, "circuitBreaker": {"rules": [newer]}, "azureRegion": "westeurope"}
    properties = arm.put("backends/b", body)["properties"]
    assert properties["circuitBreaker"]["rules"] == [newer]
    assert properties["azureRegion"] == "westeurope"


def test_members_of_a_pool_may_be_named_in_any_way_and_are_answered_in_full(arm: Arm) -> None:
    for name in ("a", "b", "c"):
        arm.put(f"backends/{name}", SINGLE)
    ids = ["/backends/a", f"{SERVICE}/backends/b", f"https://management.azure.com{SERVICE}/backends/c"]
    services = [{"id": identifier, "priority": 1, "weight": 2} for identifier in ids]
    pool = arm.put("backends/pool", {"type": "Pool", "pool": {"services": services}})["properties"]["pool"]
    assert [member["id"] for member in pool["services"]] == [f"{SERVICE}/backends/{name}" for name in ("a", "b", "c")]
    stored = arm.plane.world.store.resources()["backends/pool"].properties["pool"]["services"]
    assert [member["id"] for member in stored] == ["/backends/a", "/backends/b", "/backends/c"]


def test_a_pool_in_a_pool_is_refused_and_a_member_cannot_go(arm: Arm) -> None:
    arm.put("backends/a", SINGLE)
    arm.put("backends/pool", {"type": "Pool", "pool": {"services": [{"id": "/backends/a"}]}})
    error = arm.refused("PUT", "backends/outer", {"type": "Pool", "pool": {"services": [{"id": "/backends/pool"}]}})
    assert "pool cannot be in a pool" in error["details"][0]["message"]
    assert "/backends/pool" in arm.refused("DELETE", "backends/a")["message"]


def test_the_empty_properties_of_old_clients_are_dropped(arm: Arm) -> None:
    assert "properties" not in arm.put("backends/b", {**SINGLE, "properties": {}})["properties"]


def test_a_backend_reconnects(arm: Arm) -> None:
    arm.put("backends/b", SINGLE)
    assert arm.call("POST", "backends/b/reconnect", {"after": "PT3S"}).status == 202


def test_a_backend_used_through_a_named_value_cannot_go(shop: Arm) -> None:
    shop.put("backends/echo_west", SINGLE)
    shop.put("namedValues/r", {"displayName": "region", "value": "west"})
    text = '<policies><inbound><set-backend-service backend-id="echo_{{region}}" /></inbound></policies>'
    shop.put("apis/shop/policies/policy", {"format": "rawxml", "value": text})
    assert shop.refused("DELETE", "backends/echo_west")["status"] == 400


# --- products, subscriptions ----------------------------------------------------------------------------------------


def test_a_new_product_is_not_published_and_seen_by_administrators(arm: Arm) -> None:
    properties = arm.put("products/p", {"displayName": "P"})["properties"]
    assert properties == {
        "displayName": "P",
        "subscriptionRequired": True,
        "approvalRequired": False,
        "state": "notPublished",
    }
    assert arm.names("products/p/groups") == ["administrators"]


def test_links_of_products(shop: Arm) -> None:
    shop.put("products/p", {"displayName": "P"})
    linked = shop.call("PUT", "products/p/apis/shop")
    assert linked.status == 201
    assert linked.body is not None
    assert linked.body["id"] == f"{SERVICE}/apis/shop"
    assert shop.call("PUT", "products/p/apis/shop").status == 200
    assert shop.call("HEAD", "products/p/apis/shop").status == 204
    listed = shop.get("products/p/apis")["value"]
    assert listed[0]["id"] == f"{SERVICE}/products/p/apis/shop"
    assert listed[0]["properties"]["displayName"] == "Shop"
    assert shop.names("apis/shop/products") == ["p"]
    assert shop.call("DELETE", "products/p/apis/shop", match=None).status == 200
    assert shop.call("HEAD", "products/p/apis/shop").status == 404
    assert shop.refused("PUT", "products/p/apis/none")["message"] == "API not found."
    assert shop.refused("PUT", "products/none/apis/shop")["message"] == "Product not found."


def test_subscriptions_get_keys_and_hide_them(arm: Arm) -> None:
    arm.put("products/p", {"displayName": "P"})
    put = arm.put("subscriptions/s", {"displayName": "S", "scope": "/products/p"})["properties"]
    assert put["scope"] == f"{SERVICE}/products/p"
    assert not {"primaryKey", "secondaryKey"} & set(put)
    keys = arm.call("POST", "subscriptions/s/listSecrets").body
    assert keys is not None
    assert all(re.fullmatch(r"[0-9a-f]{32}", str(key)) for key in keys.values())
    assert arm.call("POST", "subscriptions/s/regeneratePrimaryKey").status == 204
    after = arm.call("POST", "subscriptions/s/listSecrets").body
    assert after is not None
    assert after["primaryKey"] != keys["primaryKey"]
    assert after["secondaryKey"] == keys["secondaryKey"]


def test_keys_and_dates_stay_over_updates(arm: Arm) -> None:
    arm.put("subscriptions/s", {"displayName": "S", "scope": "/apis", "primaryKey": "mine"})
    arm.clock.time += 60
    arm.put("subscriptions/s", {"displayName": "S2", "scope": "/apis", "state": "suspended"})
    arm.call("PATCH", "subscriptions/s", {"displayName": "S3"})
    stored = arm.plane.world.store.resources()["subscriptions/s"].properties
    assert stored["primaryKey"] == "mine"
    assert stored["createdDate"] == "2026-01-01T00:00:00.000Z"
    assert (stored["displayName"], stored["state"]) == ("S3", "suspended")


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({"displayName": "S"}, "scope"),
        ({"scope": "/apis"}, "displayName"),
        ({"displayName": "S", "scope": "/products/none"}, "scope"),
        ({"displayName": "S", "scope": "/apis", "ownerId": "/users/none"}, "ownerId"),
        ({"displayName": "S", "scope": "/apis", "state": "on"}, "state"),
        ({"displayName": "S", "scope": "/apis", "primaryKey": "taken"}, "primaryKey"),
    ],
)
def test_subscriptions_that_are_refused(arm: Arm, body: dict[str, object], target: str) -> None:
    arm.put("subscriptions/other", {"displayName": "O", "scope": "/apis", "primaryKey": "taken"})
    assert target in targets(arm.refused("PUT", "subscriptions/s", body))


def test_a_product_with_subscriptions_goes_only_with_them(arm: Arm) -> None:
    arm.put("products/p", {"displayName": "P"})
    arm.put("subscriptions/s", {"displayName": "S", "scope": "/products/p"})
    assert arm.names("products/p/subscriptions") == ["s"]
    error = arm.refused("DELETE", "products/p")
    assert error["message"].startswith("Product cannot be deleted since it has existing subscriptions.")
    assert arm.call("DELETE", "products/p", query={"deletesubscriptions": "true"}).status == 200
    assert arm.names("subscriptions") == ["master"]


# --- users, groups, tags --------------------------------------------------------------------------------------------


def test_users_and_their_groups(arm: Arm) -> None:
    body = {"email": "ann@example.test", "firstName": "Ann", "lastName": "Example", "password": "pw"}
    user = arm.put("users/ann", body)["properties"]
    assert user["state"] == "active"
    assert "password" not in str(arm.plane.world.store.resources()["users/ann"].properties)
    assert targets(arm.refused("PUT", "users/other", {**body, "email": "ANN@example.test"})) == {"email"}
    assert targets(arm.refused("PUT", "users/x", {"email": "nobody"})) == {"email", "firstName", "lastName"}
    arm.put("groups/team", {"displayName": "Team"})
    arm.put("groups/team/users/ann")
    assert arm.call("HEAD", "groups/team/users/ann").status == 204
    assert arm.names("groups/team/users") == ["ann"]
    assert arm.names("users/ann/groups") == ["team"]
    arm.put("subscriptions/s", {"displayName": "S", "scope": "/apis", "ownerId": "/users/ann"})
    assert arm.names("users/ann/subscriptions") == ["s"]
    assert arm.refused("DELETE", "users/ann")["status"] == 400
    assert arm.call("DELETE", "users/ann", query={"deletesubscriptions": "true"}).status == 202
    assert arm.names("groups/team/users") == []


def test_the_services_own_groups_and_administrator_stay(arm: Arm) -> None:
    assert arm.refused("DELETE", "groups/developers")["status"] == 405
    assert arm.refused("PUT", "groups/guests", {"displayName": "x"})["status"] == 405
    arm.call("DELETE", "users/1")  # long-running: it fails later
    assert arm.call("HEAD", "users/1").status == 200


def test_tags_are_assigned_and_go_from_everything(shop: Arm) -> None:
    shop.put("tags/t", {"displayName": "T"})
    shop.put("products/p", {"displayName": "P"})
    for holder in ("apis/shop", "apis/shop/operations/list", "products/p"):
        assert shop.put(f"{holder}/tags/t")["id"] == f"{SERVICE}/tags/t"
        assert shop.call("HEAD", f"{holder}/tags/t").status == 200
        assert shop.get(f"{holder}/tags")["value"][0]["properties"] == {"displayName": "T"}
    shop.call("DELETE", "tags/t")
    assert [shop.names(f"{holder}/tags") for holder in ("apis/shop", "apis/shop/operations/list", "products/p")] == [
        [],
        [],
        [],
    ]


def test_lists_by_tag(shop: Arm) -> None:
    shop.put("tags/t", {"displayName": "T"})
    shop.put("products/p", {"displayName": "P"})
    for holder in ("apis/shop", "apis/shop/operations/list", "products/p"):
        shop.put(f"{holder}/tags/t")
    [api] = shop.get("apisByTags")["value"]
    assert api["tag"] == {"id": f"{SERVICE}/tags/t", "name": "T"}
    assert (api["api"]["id"], api["api"]["path"]) == (f"{SERVICE}/apis/shop", "shop")
    [operation] = shop.get("apis/shop/operationsByTags")["value"]
    assert operation["operation"]["urlTemplate"] == "/items"
    [product] = shop.get("productsByTags")["value"]
    assert product["product"]["name"] == "P"
    assert shop.get("tagResources")["count"] == 3
    assert shop.get("users/1/identities")["value"][0]["provider"] == "Azure"


# --- loggers, diagnostics, caches -----------------------------------------------------------------------------------


def test_credentials_of_a_logger_become_a_named_value(arm: Arm) -> None:
    body = {"loggerType": "applicationInsights", "credentials": {"instrumentationKey": "s3cr3t"}}
    credentials = arm.put("loggers/l", body)["properties"]["credentials"]
    match = re.fullmatch(r"\{\{(Logger-Credentials--\w+)\}\}", credentials["instrumentationKey"])
    assert match
    assert arm.names("namedValues") == [match[1]]
    assert arm.get(f"namedValues/{match[1]}")["properties"]["secret"] is True
    assert arm.call("POST", f"namedValues/{match[1]}/listValue").body == {"value": "s3cr3t"}
    again = arm.put("loggers/l", {**body, "credentials": {"instrumentationKey": "new"}})["properties"]["credentials"]
    assert again == credentials
    assert arm.call("POST", f"namedValues/{match[1]}/listValue").body == {"value": "new"}
    arm.put("loggers/l", {**body, "credentials": credentials})
    assert arm.call("POST", f"namedValues/{match[1]}/listValue").body == {"value": "new"}
    arm.call("DELETE", "loggers/l")
    assert arm.names("namedValues") == []


def test_a_logger_may_use_a_named_value_that_is_there(arm: Arm) -> None:
    body = {"loggerType": "azureEventHub", "credentials": {"name": "hub", "connectionString": "{{hub}}"}}
    error = arm.refused("PUT", "loggers/l", body)
    assert error["details"] == [
        {"code": "ValidationError", "target": "credentials", "message": "Property 'hub' not found."}
    ]
    arm.put("namedValues/hub", {"displayName": "hub", "value": "x", "secret": True})
    assert arm.put("loggers/l", body)["properties"]["credentials"] == body["credentials"]


def test_diagnostics_have_few_names_and_need_their_logger(shop: Arm) -> None:
    shop.put("loggers/l", {"loggerType": "azureMonitor"})
    for base in ("diagnostics", "apis/shop/diagnostics"):
        shop.put(f"{base}/azuremonitor", {"loggerId": "/loggers/l", "largeLanguageModel": {"logs": "enabled"}})
        shown = shop.get(f"{base}/azuremonitor")["properties"]
        assert shown["loggerId"] == f"{SERVICE}/loggers/l"
        assert shown["largeLanguageModel"] == {"logs": "enabled"}
        assert targets(shop.refused("PUT", f"{base}/other", {"loggerId": "/loggers/l"})) == {"name"}
        assert targets(shop.refused("PUT", f"{base}/local", {"loggerId": "/loggers/none"})) == {"loggerId"}
        sampling = {"loggerId": "/loggers/l", "sampling": {"samplingType": "fixed", "percentage": 101}}
        assert targets(shop.refused("PUT", f"{base}/local", sampling)) == {"sampling.percentage"}
    assert shop.refused("DELETE", "loggers/l")["status"] == 400


def test_caches_hide_their_connection(arm: Arm) -> None:
    body = {"connectionString": "redis:s3cr3t", "useFromLocation": "default"}
    assert "s3cr3t" not in str(arm.put("caches/default", body))
    assert targets(arm.refused("PUT", "caches/x", {})) == {"connectionString", "useFromLocation"}


# --- APIs and operations --------------------------------------------------------------------------------------------


def test_what_the_service_adds_to_an_api(arm: Arm) -> None:
    properties = arm.put("apis/a", {"displayName": "A", "path": "/a/b/"})["properties"]
    assert properties == {
        "displayName": "A",
        "path": "a/b",
        "apiRevision": "1",
        "type": "http",
        "protocols": ["https"],
        "subscriptionRequired": True,
        "subscriptionKeyParameterNames": {"header": "Ocp-Apim-Subscription-Key", "query": "subscription-key"},
        "isCurrent": True,
        "isOnline": True,
        "provisioningState": "InProgress",
    }
    assert "provisioningState" not in arm.get("apis/a")["properties"]


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({"path": "x"}, "displayName"),
        ({"displayName": "X"}, "path"),
        ({"displayName": "X", "path": "x", "protocols": ["ftp"]}, "protocols[]"),
        ({"displayName": "X", "path": "x", "serviceUrl": "nowhere"}, "serviceUrl"),
        ({"displayName": "X", "path": "x", "apiVersion": "v1"}, "apiVersionSetId"),
        ({"displayName": "X", "path": "x", "apiVersionSetId": "/apiVersionSets/none"}, "apiVersionSetId"),
    ],
)
def test_apis_that_are_refused(arm: Arm, body: dict[str, object], target: str) -> None:
    assert target in targets(arm.refused("PUT", "apis/x", body))


def test_a_path_belongs_to_one_api_or_to_versions_of_one(arm: Arm) -> None:
    arm.put("apis/a", {"displayName": "A", "path": "same"})
    error = arm.refused("PUT", "apis/b", {"displayName": "B", "path": "/SAME"})
    assert error["details"][0] == {
        "code": "ValidationError",
        "target": "path",
        "message": "Cannot create API 'b' with the same Path 'SAME' as API 'a'  unless it's a part of the same version set",
    }
    arm.put("apiVersionSets/v", {"displayName": "V", "versioningScheme": "Segment"})
    version = {"displayName": "B", "path": "versioned", "apiVersionSetId": "/apiVersionSets/v"}
    arm.put("apis/v1", {**version, "apiVersion": "v1"})
    arm.put("apis/v2", {**version, "apiVersion": "v2"})
    assert targets(arm.refused("PUT", "apis/v3", {**version, "apiVersion": "v2"})) == {"apiVersion"}
    listed = arm.get("apis", expandapiversionset="true")["value"]
    assert listed[1]["properties"]["apiVersionSet"]["versioningScheme"] == "Segment"
    assert arm.refused("DELETE", "apiVersionSets/v")["status"] == 400


def test_version_sets_need_the_name_of_what_they_read(arm: Arm) -> None:
    for scheme, name in (("Query", "versionQueryName"), ("Header", "versionHeaderName")):
        body = {"displayName": "V", "versioningScheme": scheme}
        assert targets(arm.refused("PUT", "apiVersionSets/v", body)) == {name}
        assert arm.put("apiVersionSets/v", {**body, name: "x"})


@pytest.mark.parametrize(
    ("template", "parameters", "is_taken"),
    [
        ("/a/{id}", ["id"], True),
        ("/a/{id}", [], False),
        ("/a", ["id"], False),
        ("/a/{*rest}", ["rest"], True),
        ("/a?x={x}", ["x"], True),
        ("/a?x={x}", [], True),
        ("/*", [], True),
    ],
)
def test_templates_and_their_parameters(shop: Arm, template: str, parameters: list[str], *, is_taken: bool) -> None:
    declared = [{"name": name, "type": "string", "required": True} for name in parameters]
    body = {"displayName": "O", "method": "GET", "urlTemplate": template, "templateParameters": declared}
    assert (shop.call("PUT", "apis/shop/operations/o", body).status == 201) == is_taken


def test_no_two_operations_answer_the_same(shop: Arm) -> None:
    body = {"displayName": "O", "method": "get", "urlTemplate": "/items/"}
    assert targets(shop.refused("PUT", "apis/shop/operations/o", body)) == {"urlTemplate"}
    assert shop.put("apis/shop/operations/list", {**body, "method": "GET", "urlTemplate": "/items"})


def test_schemas(shop: Arm) -> None:
    schema: dict[str, Any] = {
        "contentType": "application/vnd.oai.openapi.components+json",
        "document": {"components": {}},
    }
    assert shop.put("apis/shop/schemas/s", schema)["properties"]["document"] == {"components": {}}
    assert targets(shop.refused("PUT", "apis/shop/schemas/s", {})) == {"contentType"}
    assert shop.put("schemas/g", {"schemaType": "json", "document": {"type": "object"}})
    assert targets(shop.refused("PUT", "schemas/g", {"schemaType": "yaml"})) == {"schemaType"}


# --- certificates ---------------------------------------------------------------------------------------------------


def archive(password: str) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "client.test")])
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    encryption = serialization.BestAvailableEncryption(password.encode())
    return base64.b64encode(pkcs12.serialize_key_and_certificates(b"c", key, certificate, None, encryption)).decode()


def test_a_certificate_is_described_and_its_key_hidden(arm: Arm) -> None:
    data = archive("pw")
    shown = arm.put("certificates/c", {"data": data, "password": "pw"})["properties"]
    assert shown["subject"] == "CN=client.test"
    assert re.fullmatch(r"[0-9A-F]{40}", shown["thumbprint"])
    assert shown["expirationDate"] == "2026-01-31T00:00:00Z"
    assert not {"data", "password"} & set(shown)
    assert targets(arm.refused("PUT", "certificates/d", {"data": data, "password": "no"})) == {"data"}
    assert targets(arm.refused("PUT", "certificates/d", {"data": "###"})) == {"data"}
    assert targets(arm.refused("PUT", "certificates/d", {})) == {"data"}


# --- links of the newer form, wikis ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "body", "classic"),
    [
        ("products/p/apiLinks/l", {"apiId": "/apis/shop"}, "products/p/apis/shop"),
        ("products/p/groupLinks/l", {"groupId": f"{SERVICE}/groups/guests"}, "products/p/groups/guests"),
        ("tags/t/apiLinks/l", {"apiId": "/apis/shop"}, "apis/shop/tags/t"),
        ("tags/t/operationLinks/l", {"operationId": "/apis/shop/operations/list"}, "apis/shop/operations/list/tags/t"),
        ("tags/t/productLinks/l", {"productId": "/products/p"}, "products/p/tags/t"),
    ],
)
def test_both_forms_of_links_show_the_same(shop: Arm, link: str, body: dict[str, str], classic: str) -> None:
    shop.put("products/p", {"displayName": "P"})
    shop.put("tags/t", {"displayName": "T"})
    [shown] = shop.put(link, body)["properties"].values()
    assert shown.startswith(SERVICE)
    assert shop.call("HEAD", classic).status in {200, 204}
    again = shop.refused("PUT", f"{link}2", body)
    assert (again["status"], again["message"]) == (409, "Link already exists between specified entities.")
    shop.call("DELETE", link)
    assert shop.call("HEAD", classic).status == 404
    shop.put(link, body)
    shop.call("DELETE", classic)
    assert shop.call("GET", link).status == 404
    assert shop.refused("PUT", link, {})["status"] == 400
    assert shop.refused("PUT", link, {next(iter(body)): "/apis/none"})["status"] == 400


def test_a_wiki_that_is_not_there_fails_as_the_services_does(shop: Arm) -> None:
    assert shop.refused("GET", "apis/shop/wikis/default")["status"] == 500
    shop.put("apis/shop/wikis/default", {"documents": [{"documentationId": "d"}]})
    assert shop.get("apis/shop/wikis/default")["properties"]["documents"]


def test_named_values_whose_secret_could_not_be_fetched_can_be_listed(arm: Arm) -> None:
    arm.put("namedValues/a", {"displayName": "a", "value": "v"})
    arm.put("namedValues/b", {"displayName": "b", "keyVault": {"secretIdentifier": "https://v.test/secrets/b"}})
    assert arm.names("namedValues", iskeyvaultrefreshfailed="true") == ["b"]
