from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from apim_ai.arm.call import Answer, Call
from apim_ai.arm.store import Store

from .conftest import SERVICE, Arm, make_arm

if TYPE_CHECKING:
    from pathlib import Path

API = {"displayName": "Shop", "path": "shop"}


def follow(arm: Arm, answer: Answer, header: str) -> Answer:
    url = urlsplit(dict(answer.headers)[header])
    query = {name.lower(): value for name, value in parse_qsl(url.query)}
    return arm.plane.answer(Call("GET", url.path, query, origin="http://127.0.0.1:8081"))


def test_headers_have_the_shapes_of_the_specification(arm: Arm) -> None:
    answer = arm.call("PUT", "apis/shop", API)
    headers = dict(answer.headers)
    operation, location = urlsplit(headers["Azure-AsyncOperation"]), urlsplit(headers["Location"])
    assert operation.netloc == location.netloc == "127.0.0.1:8081"
    assert operation.path.startswith(f"{SERVICE}/tenant/operationResults/")
    assert location.path == f"{SERVICE}/apis/shop"
    query = dict(parse_qsl(location.query))
    assert query["asyncCode"] == "201"
    assert query["asyncId"] == operation.path.rsplit("/", 1)[-1]
    assert answer.body is not None
    assert answer.body["properties"]["provisioningState"] == "InProgress"


def test_by_default_the_first_poll_is_the_last(arm: Arm) -> None:
    answer = arm.call("PUT", "apis/shop", API)
    polled = follow(arm, answer, "Azure-AsyncOperation")
    assert polled.body is not None
    assert polled.body["status"] == "Succeeded"
    final = follow(arm, answer, "Location")
    assert final.status == 200
    assert final.body is not None
    assert final.body["name"] == "shop"


def test_more_polls_are_told_to_come_again() -> None:
    arm = make_arm(polls=3)
    answer = arm.call("PUT", "apis/shop", API)
    polls = [follow(arm, answer, "Azure-AsyncOperation") for _ in range(4)]
    assert [poll.body["status"] for poll in polls if poll.body] == [
        "InProgress",
        "InProgress",
        "Succeeded",
        "Succeeded",
    ]
    assert [dict(poll.headers).get("retry-after-ms") for poll in polls] == ["50", "50", None, None]


def test_the_location_answers_202_while_it_is_pending() -> None:
    arm = make_arm(polls=2)
    answer = arm.call("PUT", "apis/shop", API)
    assert [follow(arm, answer, "Location").status for _ in range(3)] == [202, 200, 200]


def test_without_polls_the_answer_is_final() -> None:
    arm = make_arm(polls=0)
    answer = arm.call("PUT", "apis/shop", API)
    assert "Location" not in dict(answer.headers)
    assert answer.body is not None
    assert answer.body["properties"]["provisioningState"] == "Succeeded"
    assert arm.call("DELETE", "apis/shop").status == 204


def test_a_delete_of_an_api_is_answered_later(arm: Arm) -> None:
    arm.call("PUT", "apis/shop", API)
    answer = arm.call("DELETE", "apis/shop")
    assert answer.status == 202
    assert "asyncCode=204" in dict(answer.headers)["Location"]
    assert follow(arm, answer, "Location").status == 204


def test_a_failed_delete_tells_so_in_the_poll_not_in_the_answer(shop: Arm) -> None:
    shop.put("apis/shop;rev=2", {"sourceApiId": "/apis/shop"})
    answer = shop.call("DELETE", "apis/shop;rev=1")
    assert answer.status == 202
    polled = follow(shop, answer, "Azure-AsyncOperation")
    assert polled.status == 200
    assert polled.body is not None
    assert polled.body["status"] == "Failed"
    assert polled.body["error"]["message"] == "Cannot delete the current revision of an API."
    assert follow(shop, answer, "Location").status == 400


def test_plain_named_values_are_done_at_once_and_key_vault_ones_are_not(arm: Arm) -> None:
    plain = arm.call("PUT", "namedValues/a", {"displayName": "a", "value": "1"})
    vault = arm.call(
        "PUT", "namedValues/b", {"displayName": "b", "keyVault": {"secretIdentifier": "https://v.test/secrets/b"}}
    )
    assert "Location" not in dict(plain.headers)
    assert "Azure-AsyncOperation" in dict(vault.headers)


def test_an_operation_can_be_asked_for_after_a_restart(tmp_path: Path) -> None:
    arm = make_arm(polls=2, store=Store(tmp_path / "s.db"))
    answer = arm.call("PUT", "apis/shop", API)
    arm.plane.world.store.close()
    again = make_arm(polls=2, store=Store(tmp_path / "s.db"))
    polls = [follow(again, answer, "Azure-AsyncOperation") for _ in range(2)]
    assert [poll.body["status"] for poll in polls if poll.body] == ["InProgress", "Succeeded"]


def test_an_operation_that_never_was_is_404(arm: Arm) -> None:
    assert arm.refused("GET", "tenant/operationResults/none")["status"] == 404


def test_a_pending_operation_makes_its_api_busy() -> None:
    arm = make_arm(polls=2)
    answer = arm.call("PUT", "apis/shop;rev=1", API)
    assert arm.plane.operations.is_busy("apis/shop")
    assert not arm.plane.operations.is_busy("apis/other")
    follow(arm, answer, "Azure-AsyncOperation")
    assert not arm.plane.operations.is_busy("apis/shop")


def test_an_operation_that_nobody_polls_ends_by_itself() -> None:
    arm = make_arm(polls=9)
    answer = arm.call("PUT", "apis/shop", API)
    arm.clock.time += 9
    assert arm.plane.operations.is_busy("apis/shop")
    arm.clock.time += 2
    assert not arm.plane.operations.is_busy("apis/shop")
    polled = follow(arm, answer, "Azure-AsyncOperation")
    assert polled.body is not None
    assert polled.body["status"] == "Succeeded"


def test_a_patch_is_done_at_once_but_for_key_vault_references(arm: Arm) -> None:
    arm.call("PUT", "apis/shop", API)
    patched = arm.call("PATCH", "apis/shop", {"displayName": "New"})
    assert "Location" not in dict(patched.headers)
    vault = {"displayName": "b", "keyVault": {"secretIdentifier": "https://v.test/secrets/b"}}
    arm.call("PUT", "namedValues/b", vault)
    assert "Location" in dict(arm.call("PATCH", "namedValues/b", {"tags": ["x"]}).headers)
