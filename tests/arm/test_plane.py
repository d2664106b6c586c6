from __future__ import annotations

import pytest

from apim_ai.arm.call import Call

from .conftest import SERVICE, Arm, make_arm


def test_creating_answers_201_and_updating_200_with_an_etag(arm: Arm) -> None:
    created = arm.call("PUT", "tags/t", {"displayName": "T"})
    updated = arm.call("PUT", "tags/t", {"displayName": "T2"})
    assert (created.status, updated.status) == (201, 200)
    first, second = dict(created.headers)["ETag"], dict(updated.headers)["ETag"]
    assert first.startswith('"')
    assert first.endswith('"')
    assert first != second


def test_an_entity_has_id_type_name_and_properties(arm: Arm) -> None:
    assert arm.put("tags/T", {"displayName": "x"}) == {
        "id": f"{SERVICE}/tags/T",
        "type": "Microsoft.ApiManagement/service/tags",
        "name": "T",
        "properties": {"displayName": "x"},
    }


def test_names_and_segments_compare_without_case_and_keep_the_first_spelling(arm: Arm) -> None:
    arm.put("NAMEDvalues/Key", {"displayName": "Key", "value": "1"})
    arm.put("namedValues/kEY", {"displayName": "Key", "value": "2"})
    assert arm.get("namedvalues/KEY")["id"] == f"{SERVICE}/namedValues/Key"
    assert arm.names("namedValues") == ["Key"]


def test_get_and_head_answer_the_same_tag(arm: Arm) -> None:
    arm.put("tags/t", {"displayName": "T"})
    got, head = arm.call("GET", "tags/t"), arm.call("HEAD", "tags/t")
    assert got.headers == head.headers
    assert head.status == 200
    assert head.body is None


def test_what_is_not_there_is_404_with_the_kinds_name(arm: Arm) -> None:
    error = arm.refused("GET", "apis/none")
    assert error == {"status": 404, "code": "ResourceNotFound", "message": "API not found.", "details": None}
    assert arm.refused("GET", "apis/none/operations")["status"] == 404
    assert arm.refused("PUT", "apis/none/operations/o", {"displayName": "x"})["message"] == "API not found."
    assert arm.call("HEAD", "products/p/apis/x").status == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_tag_of_another_version_is_412(arm: Arm, method: str) -> None:
    arm.put("tags/t", {"displayName": "T"})
    error = arm.refused(method, "tags/t", {"displayName": "x"}, match='"AAAAAAAAAAA="')
    assert error["status"] == 412
    assert error["code"] == "PreconditionFailed"
    assert arm.get("tags/t")["properties"]["displayName"] == "T"


@pytest.mark.parametrize("spelling", ["{0}", "W/{0}", '"zzz", {0}', "*"])
def test_a_matching_tag_in_any_spelling_lets_a_write_pass(arm: Arm, spelling: str) -> None:
    tag = dict(arm.call("PUT", "tags/t", {"displayName": "T"}).headers)["ETag"]
    assert arm.call("PUT", "tags/t", {"displayName": "U"}, match=spelling.format(tag)).status == 200


def test_a_put_with_a_tag_of_something_that_is_gone_is_412(arm: Arm) -> None:
    assert arm.refused("PUT", "tags/t", {"displayName": "T"}, match='"AAAAAAAAAAE="')["status"] == 412
    assert arm.call("PUT", "tags/t", {"displayName": "T"}, match="*").status == 201


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_patch_and_delete_need_if_match(arm: Arm, method: str) -> None:
    arm.put("tags/t", {"displayName": "T"})
    error = arm.refused(method, "tags/t", {"displayName": "x"}, match="")
    assert error["status"] == 400
    assert error["details"][0]["target"] == "If-Match"


def test_a_patch_merges_objects_and_null_removes(arm: Arm) -> None:
    arm.put(
        "backends/b",
        {
            "url": "https://b.test",
            "protocol": "http",
            "title": "B",
            "credentials": {"header": {"x": ["1"]}, "query": {"q": ["2"]}},
        },
    )
    patch = {"title": None, "credentials": {"header": {"x": ["9"]}}}
    assert arm.call("PATCH", "backends/b", patch).status == 200
    properties = arm.get("backends/b")["properties"]
    assert "title" not in properties
    assert properties["credentials"] == {"header": {"x": ["9"]}, "query": {"q": ["2"]}}
    assert properties["url"] == "https://b.test"


def test_patching_what_is_not_there_is_404(arm: Arm) -> None:
    assert arm.refused("PATCH", "tags/none", {"displayName": "x"})["status"] == 404


def test_a_put_replaces_everything_and_drops_nulls(arm: Arm) -> None:
    arm.put("backends/b", {"url": "https://b.test", "protocol": "http", "title": "B"})
    arm.put("backends/b", {"url": "https://c.test", "protocol": "http", "description": None})
    assert arm.get("backends/b")["properties"] == {"url": "https://c.test", "protocol": "http", "type": "Single"}


def test_deleting_answers_200_and_again_204(arm: Arm) -> None:
    arm.put("tags/t", {"displayName": "T"})
    assert arm.call("DELETE", "tags/t").status == 200
    assert arm.call("DELETE", "tags/t").status == 204
    assert arm.names("tags") == []


def test_lists_have_value_and_count_but_no_etags(arm: Arm) -> None:
    for number in range(3):
        arm.put(f"tags/t{number}", {"displayName": f"T{number}"})
    listed = arm.get("tags")
    assert listed["count"] == 3
    assert "nextLink" not in listed
    assert [item["name"] for item in listed["value"]] == ["t0", "t1", "t2"]
    assert "etag" not in {key.lower() for item in listed["value"] for key in item}


@pytest.mark.parametrize("version", [None, "", "yesterday", "2018-01-01"])
def test_a_missing_or_unknown_version_is_refused(arm: Arm, version: str | None) -> None:
    query = {} if version is None else {"api-version": version}
    answer = arm.plane.answer(Call("GET", f"{SERVICE}/tags", query))
    assert answer.status == 400
    assert answer.body is not None
    assert "api-version" in answer.body["error"]["message"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (SERVICE.replace("0000-0000", "0000-0001"), "SubscriptionNotFound"),
        (SERVICE.replace("resourceGroups/local", "resourceGroups/other"), "ResourceGroupNotFound"),
        (SERVICE.replace("service/local", "service/other"), "ResourceNotFound"),
        ("/subscriptions/x/providers/Microsoft.Compute/disks", "InvalidResourceType"),
        (f"{SERVICE}/nonsense/x", "ResourceNotFound"),
    ],
)
def test_paths_that_lead_elsewhere_are_404(arm: Arm, path: str, code: str) -> None:
    answer = arm.plane.answer(Call("GET", path, {"api-version": "2024-05-01"}))
    assert answer.status == 404
    assert answer.body is not None
    assert answer.body["error"]["code"] == code


def test_the_service_itself(arm: Arm) -> None:
    service = arm.get("")
    assert service["properties"]["provisioningState"] == "Succeeded"
    assert service["sku"] == {"name": "Developer", "capacity": 1}
    group = SERVICE.rsplit("/", 1)[0]
    listed = arm.plane.answer(Call("GET", group, {"api-version": "2024-05-01"}))
    assert listed.body is not None
    assert [item["name"] for item in listed.body["value"]] == ["local"]


@pytest.mark.parametrize("body", ["text", [1], {"properties": "x"}, None])
def test_a_body_that_is_no_resource_is_refused(arm: Arm, body: object) -> None:
    assert arm.refused("PUT", "tags/t", body=body)["code"] == "InvalidRequestContent"


def test_a_body_nested_without_end_is_refused(arm: Arm) -> None:
    nested: dict[str, object] = {}
    for _ in range(200):
        nested = {"x": nested}
    assert arm.refused("PUT", "tags/t", nested)["code"] == "InvalidRequestContent"


def test_names_that_the_service_refuses(arm: Arm) -> None:
    error = arm.refused("PUT", "namedValues/a*b", {"displayName": "x", "value": "y"})
    assert error["details"][0]["target"] == "name"


def test_methods_that_mean_nothing_here(arm: Arm) -> None:
    assert arm.refused("PUT", "tags", {})["status"] == 405
    assert arm.refused("OPTIONS", "tags/t")["status"] == 405
    assert arm.refused("POST", "tags/t/doSomething")["status"] == 404


def test_all_that_belongs_to_an_entity_goes_with_it(shop: Arm) -> None:
    shop.put("products/gold", {"displayName": "Gold"})
    shop.put("products/gold/apis/shop")
    shop.call("DELETE", "apis/shop")
    assert shop.names("apis") == []
    assert shop.names("products/gold/apis") == []
    assert all(not resource.id.lower().startswith("apis/") for resource in shop.plane.world.store.resources().values())


def test_a_service_comes_with_groups_a_user_and_a_subscription() -> None:
    arm = make_arm()
    assert arm.names("groups") == ["administrators", "developers", "guests"]
    assert arm.names("users") == ["1"]
    assert arm.get("subscriptions/master")["properties"]["scope"] == f"{SERVICE}/"


def test_which_calls_hold_the_lock_of_an_api(arm: Arm) -> None:
    def lock(method: str, path: str) -> str | None:
        return arm.plane.is_locked(Call(method, f"{SERVICE}/{path}"))

    assert lock("PUT", "apis/Shop;rev=2/operations/o") == "apis/shop"
    assert lock("DELETE", "apis/shop") == "apis/shop"
    assert lock("GET", "apis/shop") is None
    assert lock("PUT", "apis") is None
    assert lock("PUT", "backends/shop") is None
