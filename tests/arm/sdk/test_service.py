"""The service itself and what stands above it."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError
from azure.core.pipeline.policies import SansIOHTTPPolicy

from .conftest import AT, SUBSCRIPTION, Plane, client_of, error_of, raw


def test_the_service_tells_where_it_is_and_that_it_is_ready(sdk: Any) -> None:
    service = sdk.api_management_service.get(*AT)
    assert (service.name, service.type) == ("local", "Microsoft.ApiManagement/service")
    assert service.id.endswith("/resourceGroups/local/providers/Microsoft.ApiManagement/service/local")
    assert service.provisioning_state == "Succeeded"
    assert service.gateway_url == "http://gateway.test"
    assert (service.sku.name, service.sku.capacity) == ("Developer", 1)


def test_services_are_listed_by_subscription_and_by_group(sdk: Any) -> None:
    assert [service.name for service in sdk.api_management_service.list()] == ["local"]
    assert [service.name for service in sdk.api_management_service.list_by_resource_group("local")] == ["local"]


def test_names_compare_without_case(sdk: Any) -> None:
    assert sdk.api_management_service.get("LOCAL", "Local").name == "local"


@pytest.mark.parametrize(("group", "name"), [("local", "other"), ("other", "local")])
def test_another_service_or_group_is_not_there(sdk: Any, group: str, name: str) -> None:
    with pytest.raises(ResourceNotFoundError):
        sdk.api_management_service.get(group, name)
    with pytest.raises(ResourceNotFoundError):
        sdk.tag.create_or_update(group, name, "t", {"display_name": "T"})


def test_a_patch_changes_what_it_says_and_keeps_the_rest(sdk: Any) -> None:
    service = sdk.api_management_service
    assert service.begin_update(*AT, {"tags": {"a": "b"}, "publisher_name": "Somebody"}).result().tags == {"a": "b"}
    changed = service.begin_update(*AT, {"publisher_email": "somebody@example.test"}).result()
    assert (changed.tags, changed.publisher_name, changed.publisher_email) == (
        {"a": "b"}, "Somebody", "somebody@example.test",
    )  # fmt: skip
    assert service.get(*AT).publisher_name == "Somebody"


def test_a_put_replaces_and_a_tier_cannot_be_changed(sdk: Any) -> None:
    service = sdk.api_management_service
    body = {
        "location": "West Europe",
        "sku": {"name": "Developer", "capacity": 2},
        "publisher_name": "P",
        "publisher_email": "p@example.test",
    }
    assert service.begin_create_or_update(*AT, body).result().sku.capacity == 2
    with pytest.raises(HttpResponseError) as caught:
        service.begin_create_or_update(*AT, {**body, "sku": {"name": "Premium", "capacity": 2}}).result()
    assert error_of(caught).details[0].target == "sku.name"


def test_the_service_cannot_be_removed(sdk: Any) -> None:
    with pytest.raises(HttpResponseError) as caught:
        sdk.api_management_service.begin_delete(*AT).result()
    assert caught.value.status_code == 405


@pytest.mark.parametrize(("name", "reason"), [("local", "AlreadyExists"), ("free-1", "Valid"), ("1st", "Invalid")])
def test_whether_a_name_is_free(sdk: Any, name: str, reason: str) -> None:
    answer = sdk.api_management_service.check_name_availability({"name": name})
    assert (answer.name_available, answer.reason) == (reason == "Valid", reason)


def test_tiers_and_regions(sdk: Any) -> None:
    skus = [item.sku.name for item in sdk.api_management_service_skus.list_available_service_skus(*AT)]
    assert {"Developer", "StandardV2", "Consumption"} <= set(skus)
    assert "Premium" in [sku.name for sku in sdk.api_management_skus.list()]
    (region,) = sdk.region.list_by_service(*AT)
    assert (region.name, region.is_master_region) == ("West Europe", True)
    assert list(sdk.deleted_services.list_by_subscription()) == []
    assert sdk.api_management_service.get_domain_ownership_identifier().domain_ownership_identifier
    assert len(list(sdk.api_management_operations.list())) > 0


def test_keys_of_tenant_access_are_told_only_when_asked_for(sdk: Any) -> None:
    access = sdk.tenant_access
    assert [item.name for item in access.list_by_service(*AT)] == ["access", "gitAccess"]
    _, _, shown = access.get(*AT, "access", cls=raw)
    assert not {"primaryKey", "secondaryKey"} & set(shown["properties"])
    before = access.list_secrets(*AT, "access")
    access.regenerate_primary_key(*AT, "access")
    after = access.list_secrets(*AT, "access")
    assert (before.primary_key != after.primary_key, before.secondary_key) == (True, after.secondary_key)
    assert access.update(*AT, "access", "*", {"enabled": True}).enabled is True
    assert access.list_secrets(*AT, "access").primary_key == after.primary_key


def test_without_a_token_or_with_another_one_everything_is_401(sdk: Any, server: Plane) -> None:
    class Wrong(SansIOHTTPPolicy[Any, Any]):
        def on_request(self, request: Any) -> None:
            request.http_request.headers["Authorization"] = "Bearer wrong"

    none: SansIOHTTPPolicy[Any, Any] = SansIOHTTPPolicy()
    for policy, code in ((Wrong(), "InvalidAuthenticationToken"), (none, "AuthenticationFailed")):
        other = client_of(server, authentication_policy=policy)
        with pytest.raises(ClientAuthenticationError) as caught:
            other.api_management_service.get(*AT)
        assert error_of(caught).code == code


def test_another_subscription_is_not_there(sdk: Any, server: Plane) -> None:
    other = client_of(server, subscription_id="11111111-1111-1111-1111-111111111111")
    with pytest.raises(ResourceNotFoundError) as caught:
        other.api_management_service.get(*AT)
    assert error_of(caught).code == "SubscriptionNotFound"


@pytest.mark.parametrize(
    "version", ["2021-08-01", "2022-08-01", "2024-05-01", "2024-06-01-preview", "2025-03-01-preview"]
)
def test_versions_that_are_served(sdk: Any, version: str) -> None:
    assert sdk.api_management_service.get(*AT, api_version=version).name == "local"


@pytest.mark.parametrize("version", ["2015-01-01", "2099-01-01", "latest", "2024-05-01-foo"])
def test_versions_that_are_refused(sdk: Any, version: str) -> None:
    with pytest.raises(HttpResponseError) as caught:
        sdk.api_management_service.get(*AT, api_version=version)
    assert (caught.value.status_code, error_of(caught).code) == (400, "InvalidApiVersionParameter")


def test_answers_carry_ids_for_support_and_what_is_left_of_the_quota(sdk: Any) -> None:
    asked = {"x-ms-correlation-request-id": "c0ffee"}
    _, headers, _ = sdk.api_management_service.get(*AT, cls=raw, headers=asked)
    assert headers["x-ms-correlation-request-id"] == "c0ffee"
    assert headers["x-ms-request-id"]
    assert int(headers["x-ms-ratelimit-remaining-subscription-reads"]) > 0
    _, headers, _ = sdk.tag.create_or_update(*AT, "t", {"display_name": "T"}, cls=raw)
    assert int(headers["x-ms-ratelimit-remaining-subscription-writes"]) > 0
    _, headers, _ = sdk.tag.delete(*AT, "t", "*", cls=raw)
    assert int(headers["x-ms-ratelimit-remaining-subscription-deletes"]) > 0


def test_full_ids_begin_with_the_service(sdk: Any) -> None:
    tag = sdk.tag.create_or_update(*AT, "t", {"display_name": "T"})
    assert tag.id == (
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/local/providers/Microsoft.ApiManagement/service/local/tags/t"
    )
    assert (tag.name, tag.type) == ("t", "Microsoft.ApiManagement/service/tags")
