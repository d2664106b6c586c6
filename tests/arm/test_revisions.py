from __future__ import annotations

from .conftest import SERVICE, Arm

POLICY = {"format": "rawxml", "value": "<policies><inbound><base /><set-method>GET</set-method></inbound></policies>"}


def revisions(arm: Arm) -> list[tuple[str, bool]]:
    return [(item["apiRevision"], item["isCurrent"]) for item in arm.get("apis/shop/revisions")["value"]]


def test_a_revision_is_a_copy_of_its_source(shop: Arm) -> None:
    shop.put("apis/shop/policies/policy", POLICY)
    made = shop.put("apis/shop;rev=2", {"sourceApiId": f"{SERVICE}/apis/shop", "apiRevisionDescription": "two"})
    assert made["name"] == "shop;rev=2"
    assert made["properties"]["isCurrent"] is False
    assert made["properties"]["path"] == "shop"
    assert made["properties"]["apiRevisionDescription"] == "two"
    assert "sourceApiId" not in made["properties"]
    assert shop.names("apis/shop;rev=2/operations") == ["list"]
    assert "set-method" in shop.get("apis/shop;rev=2/policies/policy")["properties"]["value"]
    assert revisions(shop) == [("1", True), ("2", False)]


def test_without_a_source_nothing_is_copied_and_the_policy_is_the_default(shop: Arm) -> None:
    shop.put("apis/shop/policies/policy", POLICY)
    shop.put("apis/shop;rev=5", {"displayName": "Shop", "path": "shop"})
    assert shop.names("apis/shop;rev=5/operations") == []
    assert "set-method" not in shop.get("apis/shop;rev=5/policies/policy")["properties"]["value"]


def test_the_number_of_the_current_revision_means_the_api_itself(shop: Arm) -> None:
    assert shop.get("apis/shop;rev=1")["id"] == f"{SERVICE}/apis/shop"
    shop.put("apis/shop;rev=1/operations/new", {"displayName": "N", "method": "POST", "urlTemplate": "/n"})
    assert shop.names("apis/shop/operations") == ["list", "new"]


def test_the_first_revision_need_not_be_number_one(arm: Arm) -> None:
    made = arm.put("apis/shop;rev=7", {"displayName": "Shop", "path": "shop"})
    assert made["properties"]["apiRevision"] == "7"
    assert made["properties"]["isCurrent"] is True
    assert arm.call("PUT", "apis/other", {"displayName": "O", "path": "o", "apiRevision": "3"}).status == 201
    assert arm.get("apis/other")["properties"]["apiRevision"] == "3"


def test_a_release_switches_everything_at_once_and_another_one_switches_back(shop: Arm) -> None:
    shop.put("products/gold", {"displayName": "Gold"})
    shop.put("products/gold/apis/shop")
    shop.put("apis/shop;rev=2", {"sourceApiId": "/apis/shop"})
    shop.put("apis/shop;rev=2/operations/new", {"displayName": "N", "method": "POST", "urlTemplate": "/n"})
    changes: list[frozenset[str]] = []
    shop.plane.world.store.on_change(changes.append)
    release = shop.put("apis/shop/releases/r1", {"apiId": f"{SERVICE}/apis/shop;rev=2", "notes": "go"})
    assert release["properties"]["notes"] == "go"
    assert len(changes) == 1
    assert revisions(shop) == [("2", True), ("1", False)]
    assert shop.names("apis/shop/operations") == ["list", "new"]
    assert shop.names("apis/shop;rev=1/operations") == ["list"]
    assert shop.names("products/gold/apis") == ["shop"]
    shop.put("apis/shop/releases/r2", {"apiId": f"{SERVICE}/apis/shop;rev=1"})
    assert revisions(shop) == [("1", True), ("2", False)]
    assert shop.names("apis/shop/operations") == ["list"]
    assert shop.names("apis/shop/releases") == ["r1", "r2"]


def test_new_notes_on_an_old_release_switch_nothing(shop: Arm) -> None:
    shop.put("apis/shop;rev=2", {"sourceApiId": "/apis/shop"})
    shop.put("apis/shop/releases/r1", {"apiId": "/apis/shop;rev=2"})
    shop.put("apis/shop/releases/r2", {"apiId": "/apis/shop;rev=1"})
    shop.call("PATCH", "apis/shop/releases/r1", {"notes": "late"})
    assert revisions(shop)[0] == ("1", True)


def test_tags_of_what_was_only_renamed_stay(shop: Arm) -> None:
    shop.put("apis/shop;rev=2", {"sourceApiId": "/apis/shop"})
    before = dict(shop.call("GET", "apis/shop;rev=2/operations/list").headers)["ETag"]
    shop.put("apis/shop/releases/r1", {"apiId": "/apis/shop;rev=2"})
    assert dict(shop.call("GET", "apis/shop/operations/list").headers)["ETag"] == before


def test_a_release_must_name_a_revision_of_its_api(shop: Arm) -> None:
    shop.put("apis/other", {"displayName": "O", "path": "o"})
    for wrong in ("/apis/other", "/apis/shop;rev=9"):
        error = shop.refused("PUT", "apis/shop/releases/r", {"apiId": wrong})
        assert error["details"][0]["target"] == "apiId"


def test_the_version_and_path_of_a_revision_are_those_of_the_current_one(shop: Arm) -> None:
    error = shop.refused("PUT", "apis/shop;rev=2", {"sourceApiId": "/apis/shop", "apiVersion": "v2"})
    assert "Can't change property ApiVersion for non-current revision" in [d["message"] for d in error["details"]]
    error = shop.refused("PUT", "apis/shop;rev=2", {"sourceApiId": "/apis/shop", "path": "else"})
    assert error["details"][0]["target"] == "path"


def test_the_current_revision_goes_only_with_all_others(shop: Arm) -> None:
    shop.put("apis/shop;rev=2", {"sourceApiId": "/apis/shop"})
    shop.call("DELETE", "apis/shop")
    assert shop.names("apis") == ["shop", "shop;rev=2"]
    shop.call("DELETE", "apis/shop;rev=2")
    assert shop.names("apis") == ["shop"]
    shop.put("apis/shop;rev=2", {"sourceApiId": "/apis/shop"})
    shop.call("DELETE", "apis/shop", query={"deleterevisions": "true"})
    assert shop.names("apis") == []


def test_a_clone_is_an_api_of_its_own(shop: Arm) -> None:
    clone = shop.put("apis/copy", {"sourceApiId": "/apis/shop", "displayName": "Copy", "path": "copy"})
    assert clone["properties"]["serviceUrl"] == "https://be.test"
    assert clone["properties"]["apiRevision"] == "1"
    assert clone["properties"]["isCurrent"] is True
    assert shop.names("apis/copy/operations") == ["list"]
    assert (
        shop.refused("PUT", "apis/x", {"sourceApiId": "/apis/none", "displayName": "x", "path": "x"})["status"] == 404
    )
