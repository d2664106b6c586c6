"""Products, subscriptions, groups and users."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from .conftest import AT, SUBSCRIPTION, error_of, raw

SERVICE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/local/providers/Microsoft.ApiManagement/service/local"
ANN = {"email": "ann@example.test", "first_name": "Ann", "last_name": "A"}


@pytest.fixture
def shop(sdk: Any) -> Any:
    """A service with an API and a product."""
    sdk.api.begin_create_or_update(*AT, "shop", {"display_name": "Shop", "path": "shop"}).result()
    sdk.product.create_or_update(*AT, "p", {"display_name": "P", "state": "published"})
    return sdk


def subscribe(sdk: Any, name: str, scope: str = "/products/p", **more: Any) -> Any:
    return sdk.subscription.create_or_update(*AT, name, {"display_name": name, "scope": scope, **more})


def targets(call: Any, *arguments: Any) -> list[str]:
    with pytest.raises(HttpResponseError) as caught:
        call(*arguments)
    assert (caught.value.status_code, error_of(caught).code) == (400, "ValidationError")
    return [detail.target for detail in error_of(caught).details]


def test_a_product_there_and_back(sdk: Any) -> None:
    body = {
        "display_name": "Gold",
        "description": "D",
        "terms": "T",
        "subscription_required": True,
        "approval_required": True,
        "subscriptions_limit": 3,
        "state": "published",
    }
    assert sdk.product.create_or_update(*AT, "gold", body, cls=raw)[0] == 201
    product = sdk.product.get(*AT, "gold")
    assert (product.display_name, product.terms, product.subscriptions_limit) == ("Gold", "T", 3)
    assert (product.approval_required, product.state) == (True, "published")
    assert sdk.product.update(*AT, "gold", "*", {"state": "notPublished"}).description == "D"
    assert sdk.product.create_or_update(*AT, "gold", body, cls=raw)[0] == 200


def test_a_new_product_is_hidden_and_seen_by_administrators(sdk: Any) -> None:
    product = sdk.product.create_or_update(*AT, "p", {"display_name": "P"})
    assert (product.state, product.subscription_required, product.approval_required) == ("notPublished", True, False)
    assert [group.name for group in sdk.product_group.list_by_product(*AT, "p")] == ["administrators"]


def test_products_that_are_refused(sdk: Any) -> None:
    put = sdk.product.create_or_update
    assert targets(put, *AT, "x", {}) == ["displayName"]
    assert targets(put, *AT, "x", {"display_name": "X", "state": "open"}) == ["state"]
    assert targets(put, *AT, "x", {"display_name": "X", "subscriptions_limit": -1}) == ["subscriptionsLimit"]
    assert targets(put, *AT, "x", {"display_name": "d" * 301}) == ["displayName"]
    assert list(sdk.product.list_by_service(*AT)) == []


def test_a_product_with_subscriptions_goes_only_with_them(shop: Any) -> None:
    subscribe(shop, "s")
    with pytest.raises(HttpResponseError) as caught:
        shop.product.delete(*AT, "p", "*")
    assert (caught.value.status_code, error_of(caught).code) == (400, "ValidationError")
    assert "deleteSubscriptions=true" in error_of(caught).message
    assert shop.product.delete(*AT, "p", "*", delete_subscriptions=True, cls=raw)[0] == 200
    assert [item.name for item in shop.subscription.list(*AT)] == ["master"]


@pytest.mark.parametrize("scope", ["/products/p", "/apis/shop", "/apis", f"{SERVICE}/products/p", f"{SERVICE}/apis"])
def test_what_a_subscription_may_open(shop: Any, scope: str) -> None:
    answered = subscribe(shop, "s", scope).scope
    assert answered == f"{SERVICE}{scope.removeprefix(SERVICE)}"


@pytest.mark.parametrize("scope", ["/products/none", "/apis/none", "/users/1", "/nowhere", "", None])
def test_scopes_that_are_refused(shop: Any, scope: str | None) -> None:
    assert "scope" in targets(subscribe, shop, "s", scope)


def test_keys_are_made_and_told_only_when_asked_for(shop: Any) -> None:
    subscription = subscribe(shop, "s", state="active")
    assert (subscription.primary_key, subscription.secondary_key) == (None, None)
    assert (subscription.state, subscription.created_date is not None) == ("active", True)
    keys = shop.subscription.list_secrets(*AT, "s")
    assert keys.primary_key != keys.secondary_key
    assert len(keys.primary_key) == 32
    _, _, shown = shop.subscription.get(*AT, "s", cls=raw)
    assert not {"primaryKey", "secondaryKey"} & set(shown["properties"])


def test_own_keys_are_taken_and_kept(shop: Any) -> None:
    subscribe(shop, "s", primary_key="k1", secondary_key="k2")
    subscribe(shop, "s", display_name="renamed")
    keys = shop.subscription.list_secrets(*AT, "s")
    assert (keys.primary_key, keys.secondary_key) == ("k1", "k2")
    assert "primaryKey" in targets(lambda: subscribe(shop, "t", primary_key="k1"))


@pytest.mark.parametrize("which", ["primary", "secondary"])
def test_one_key_is_made_anew(shop: Any, which: str) -> None:
    subscribe(shop, "s")
    before = shop.subscription.list_secrets(*AT, "s").as_dict()
    assert getattr(shop.subscription, f"regenerate_{which}_key")(*AT, "s", cls=raw)[0] == 204
    after = shop.subscription.list_secrets(*AT, "s").as_dict()
    assert {name for name in before if before[name] != after[name]} == {f"{which}_key"}


def test_without_a_state_a_subscription_waits_for_approval(shop: Any) -> None:
    assert subscribe(shop, "s").state == "submitted"
    assert shop.subscription.update(*AT, "s", "*", {"state": "active"}).state == "active"
    assert subscribe(shop, "s").state == "active"
    assert targets(lambda: subscribe(shop, "t", state="asleep")) == ["state"]


def test_subscriptions_are_listed_by_whom_they_belong_to(shop: Any) -> None:
    shop.user.create_or_update(*AT, "ann", ANN)
    subscribe(shop, "a", owner_id="/users/ann")
    subscribe(shop, "b", "/apis/shop")
    assert [item.name for item in shop.product_subscriptions.list(*AT, "p")] == ["a"]
    assert [item.name for item in shop.user_subscription.list(*AT, "ann")] == ["a"]
    assert shop.user_subscription.get(*AT, "ann", "a").display_name == "a"
    with pytest.raises(ResourceNotFoundError):
        shop.user_subscription.get(*AT, "ann", "b")
    assert [item.name for item in shop.subscription.list(*AT, filter="endswith(scope,'/apis/shop')")] == ["b"]
    assert targets(lambda: subscribe(shop, "c", owner_id="/users/none")) == ["ownerId"]


def test_the_subscription_that_comes_with_the_service_stays(sdk: Any) -> None:
    assert sdk.subscription.get(*AT, "master").scope == f"{SERVICE}/"
    assert sdk.subscription.list_secrets(*AT, "master").primary_key
    with pytest.raises(HttpResponseError) as caught:
        sdk.subscription.delete(*AT, "master", "*")
    assert caught.value.status_code == 405


def test_a_subscription_goes(shop: Any) -> None:
    subscribe(shop, "s")
    assert shop.subscription.delete(*AT, "s", "*", cls=raw)[0] == 200
    assert shop.subscription.delete(*AT, "s", "*", cls=raw)[0] == 204
    for call in (shop.subscription.get, shop.subscription.list_secrets, shop.subscription.regenerate_primary_key):
        with pytest.raises(ResourceNotFoundError):
            call(*AT, "s")


def test_groups_there_and_back(sdk: Any) -> None:
    assert [group.name for group in sdk.group.list_by_service(*AT)] == ["administrators", "developers", "guests"]
    group = sdk.group.create_or_update(*AT, "g", {"display_name": "G", "description": "D"})
    assert (group.built_in, group.type_properties_type) == (False, "custom")
    assert sdk.group.update(*AT, "g", "*", {"display_name": "H"}).description == "D"
    external = {"display_name": "E", "type": "external", "external_id": "aad://example.test/groups/1"}
    assert sdk.group.create_or_update(*AT, "e", external).external_id == "aad://example.test/groups/1"
    assert sdk.group.delete(*AT, "g", "*", cls=raw)[0] == 200


@pytest.mark.parametrize("name", ["administrators", "developers", "guests"])
def test_the_services_own_groups_stay_as_they_are(sdk: Any, name: str) -> None:
    for call in (
        lambda: sdk.group.delete(*AT, name, "*"),
        lambda: sdk.group.create_or_update(*AT, name, {"display_name": "X"}),
        lambda: sdk.group.update(*AT, name, "*", {"display_name": "X"}),
    ):
        with pytest.raises(HttpResponseError) as caught:
            call()
        assert caught.value.status_code == 405


def test_users_there_and_back(sdk: Any) -> None:
    assert sdk.user.create_or_update(*AT, "ann", {**ANN, "note": "N"}, cls=raw)[0] == 201
    user = sdk.user.get(*AT, "ann")
    assert (user.first_name, user.email, user.state, user.note) == ("Ann", "ann@example.test", "active", "N")
    assert user.registration_date is not None
    assert [identity.provider for identity in sdk.user_identities.list(*AT, "ann")] == ["Basic"]
    assert sdk.user.update(*AT, "ann", "*", {"state": "blocked"}).state == "blocked"
    assert sdk.user.generate_sso_url(*AT, "ann").value.startswith("http://gateway.test/")
    token = {"key_type": "primary", "expiry": "2027-01-01T00:00:00Z"}
    assert sdk.user.get_shared_access_token(*AT, "ann", token).value.startswith("ann&")


def test_users_that_are_refused(sdk: Any) -> None:
    sdk.user.create_or_update(*AT, "ann", ANN)
    put = sdk.user.create_or_update
    assert targets(put, *AT, "x", ANN) == ["email"]
    assert targets(put, *AT, "x", {**ANN, "email": "nobody"}) == ["email"]
    assert targets(put, *AT, "x", {"email": "x@example.test"}) == ["firstName", "lastName"]


def test_a_user_goes_only_with_the_subscriptions(shop: Any) -> None:
    shop.user.create_or_update(*AT, "ann", ANN)
    subscribe(shop, "s", owner_id="/users/ann")
    with pytest.raises(HttpResponseError):
        shop.user.begin_delete(*AT, "ann", "*").result()
    shop.user.begin_delete(*AT, "ann", "*", delete_subscriptions=True).result()
    with pytest.raises(ResourceNotFoundError):
        shop.user.get(*AT, "ann")
    with pytest.raises(ResourceNotFoundError):
        shop.subscription.get(*AT, "s")


def test_users_belong_to_groups(sdk: Any) -> None:
    sdk.user.create_or_update(*AT, "ann", ANN)
    sdk.group.create_or_update(*AT, "g", {"display_name": "G"})
    assert sdk.group_user.create(*AT, "g", "ann", cls=raw)[0] == 201
    assert sdk.group_user.check_entity_exists(*AT, "g", "ann") is True
    assert [user.name for user in sdk.group_user.list(*AT, "g")] == ["ann"]
    assert [group.name for group in sdk.user_group.list(*AT, "ann")] == ["g"]
    (user,) = sdk.user.list_by_service(*AT, filter="firstName eq 'Ann'", expand_groups=True)
    assert [group.display_name for group in user.groups] == ["G"]
    sdk.group_user.delete(*AT, "g", "ann")
    assert sdk.group_user.check_entity_exists(*AT, "g", "ann") is False
    with pytest.raises(ResourceNotFoundError):
        sdk.group_user.create(*AT, "g", "none")
