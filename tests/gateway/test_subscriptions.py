"""Subscription keys: whom they admit, and to what."""

from __future__ import annotations

from typing import Any

import pytest
from tests.gateway.world import api, request

from apim_ai.gateway.routing import ApiRoute
from apim_ai.gateway.subscriptions import Subscriptions, key_of, refusal
from apim_ai.resource import Resource

SERVICE = "/subscriptions/x/resourceGroups/g/providers/Microsoft.ApiManagement/service/svc"


def subscription(name: str, scope: str, key: str, **more: Any) -> Resource:
    properties = {"scope": scope, "primaryKey": key, "secondaryKey": f"{key}-2", "state": "active", **more}
    return Resource("subscription", f"subscriptions/{name}", properties)


def book(*subscriptions: Resource, open_product: bool = False) -> Subscriptions:
    products = {
        "gold": Resource("product", "products/gold", {"displayName": "Gold", "subscriptionRequired": not open_product})
    }
    links = [Resource("product_api", "products/gold/apis/shop", {})]
    users = {"u1": Resource("user", "users/u1", {"email": "someone@example.test"})}
    return Subscriptions(subscriptions, products, links, users, lambda: 1_000.0)


def route(**properties: Any) -> ApiRoute:
    return ApiRoute(api("shop", **{"subscriptionRequired": True, **properties}), [], None)


OTHER = ApiRoute(api("other", path="other", subscriptionRequired=True), [], None)


@pytest.mark.parametrize(
    ("scope", "shop", "other", "product"),
    [
        ("/products/gold", True, False, "gold"),
        (f"{SERVICE}/products/gold", True, False, "gold"),
        ("/apis/shop", True, False, None),
        (f"{SERVICE}/apis/shop", True, False, None),
        ("/apis", True, True, None),
        (f"{SERVICE}/apis", True, True, None),
        (SERVICE, True, True, None),
    ],
)
def test_a_key_opens_what_its_scope_holds(scope: str, product: str | None, *, shop: bool, other: bool):
    subscriptions = book(subscription("s", scope, "k", ownerId="/users/u1"))
    admission = subscriptions.admit(route(), "k")
    assert (admission is not None) is shop
    assert (subscriptions.admit(OTHER, "k") is not None) is other
    assert admission is not None
    assert (admission.product.id if admission.product else None) == product
    assert admission.user is not None
    assert admission.user.email == "someone@example.test"


def test_the_secondary_key_is_as_good_and_is_the_key_in_use():
    admission = book(subscription("s", "/apis", "k")).admit(route(), "k-2")
    assert admission is not None
    assert admission.subscription is not None
    assert (admission.subscription.key, admission.subscription.primary_key) == ("k-2", "k")


@pytest.mark.parametrize(
    "more", [{"state": "suspended"}, {"state": "cancelled"}, {"expirationDate": "1970-01-01T00:10:00Z"}]
)
def test_only_active_subscriptions_count(more: dict[str, str]):
    assert book(subscription("s", "/apis", "k", **more)).admit(route(), "k") is None


def test_a_subscription_that_ends_later_still_counts():
    assert book(subscription("s", "/apis", "k", expirationDate="1970-01-01T01:00:00Z")).admit(route(), "k") is not None


def test_a_wrong_key_is_refused_even_where_the_api_is_open():
    assert book().admit(route(subscriptionRequired=False), "wrong") is None
    assert book(open_product=True).admit(route(), "wrong") is None


def test_without_a_key_an_open_product_brings_its_context():
    admission = book(open_product=True).admit(route(), "")
    assert admission is not None
    assert admission.product is not None
    assert admission.subscription is None


def test_without_a_key_an_open_api_is_open():
    admission = book().admit(route(subscriptionRequired=False), "")
    assert admission is not None
    assert (admission.product, admission.subscription) == (None, None)
    assert book().admit(route(), "") is None


def test_the_header_wins_over_the_query_and_both_have_names():
    names = {"header": "api-key", "query": "key"}
    named = route(subscriptionKeyParameterNames=names)
    assert key_of(named, request("/shop?key=q", headers={"Api-Key": "h"})) == "h"
    assert key_of(named, request("/shop?key=q")) == "q"
    assert key_of(named, request("/shop?subscription-key=q")) == ""
    assert key_of(route(), request("/shop?subscription-key=q")) == "q"


def test_refusals_say_what_is_missing_and_how_to_give_it():
    missing = refusal(route(), "", "gw.test", challenges=True)
    assert (missing.status, missing.reason) == (401, "SubscriptionKeyNotFound")
    assert missing.message.endswith("to this API.")
    assert missing.default_body().decode().endswith('to an API."}')
    assert missing.headers == (
        (
            "WWW-Authenticate",
            'AzureApiManagementKey realm="https://gw.test/shop",name="Ocp-Apim-Subscription-Key",type="header"',
        ),
    )
    wrong = refusal(route(), "x", "gw.test", challenges=False)
    assert (wrong.reason, wrong.headers) == ("SubscriptionKeyInvalid", ())
