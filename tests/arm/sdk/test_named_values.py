"""Named values: plain, secret, and fetched from a Key Vault."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from .conftest import AT, Plane, error_of, raw, wire

VAULT = "https://vault.example.test/secrets/"


def put(sdk: Any, name: str, **properties: Any) -> Any:
    return sdk.named_value.begin_create_or_update(*AT, name, {"display_name": name, **properties}).result()


def refused(sdk: Any, name: str, **properties: Any) -> list[str]:
    with pytest.raises(HttpResponseError) as caught:
        put(sdk, name, **properties)
    assert (caught.value.status_code, error_of(caught).code) == (400, "ValidationError")
    assert error_of(caught).message == "One or more fields contain incorrect values:"
    return [detail.target for detail in error_of(caught).details]


def test_a_plain_value_comes_back(sdk: Any) -> None:
    value = put(sdk, "a", value="1", tags=["x", "y"])
    assert (value.value, value.secret, value.tags) == ("1", False, ["x", "y"])
    assert sdk.named_value.get(*AT, "a").value == "1"
    assert sdk.named_value.list_value(*AT, "a").value == "1"


def test_a_secret_is_told_by_list_value_alone(sdk: Any) -> None:
    assert put(sdk, "s", value="hidden-1", secret=True).value is None
    assert sdk.named_value.get(*AT, "s").value is None
    assert [value.value for value in sdk.named_value.list_by_service(*AT)] == [None]
    assert sdk.named_value.begin_update(*AT, "s", "*", {"tags": ["t"]}).result().value is None
    assert sdk.named_value.list_value(*AT, "s").value == "hidden-1"


def test_a_value_that_is_made_secret_is_hidden(sdk: Any) -> None:
    put(sdk, "a", value="1")
    assert sdk.named_value.begin_update(*AT, "a", "*", {"secret": True}).result().value is None
    assert sdk.named_value.list_value(*AT, "a").value == "1"


def test_values_that_are_refused(sdk: Any) -> None:
    put(sdk, "taken", value="1")
    assert refused(sdk, "n", value="v" * 4097) == ["value"]
    assert refused(sdk, "n", value="v", tags=["t"] * 33) == ["tags"]
    assert refused(sdk, "n", display_name="a b", value="v") == ["displayName"]
    assert refused(sdk, "n", display_name="d" * 257, value="v") == ["displayName"]
    assert refused(sdk, "n") == ["value"]
    assert refused(sdk, "n", display_name="TAKEN", value="2") == ["name"]
    assert refused(sdk, "n", display_name="") == ["displayName", "value"]
    assert refused(sdk, "n", secret=True, key_vault={"secret_identifier": "no-url"}) == ["keyVault.secretIdentifier"]
    assert [value.name for value in sdk.named_value.list_by_service(*AT)] == ["taken"]


def test_the_longest_value_and_most_tags_are_taken(sdk: Any) -> None:
    assert len(put(sdk, "n", value="v" * 4096, tags=["t"] * 32).value) == 4096


def test_a_key_vault_reference_is_fetched_and_never_told(sdk: Any, server: Plane) -> None:
    secrets = {f"{VAULT}a": "of-the-vault"}
    server.restart(secret_of=secrets.get)
    value = put(sdk, "kv", secret=True, key_vault={"secret_identifier": f"{VAULT}a"})
    assert (value.value, value.key_vault.last_status.code) == (None, "Success")
    assert value.key_vault.secret_identifier == f"{VAULT}a"
    assert sdk.named_value.get(*AT, "kv").value is None
    with pytest.raises(HttpResponseError):
        sdk.named_value.list_value(*AT, "kv")


def test_a_key_vault_secret_that_cannot_be_read_is_listed_and_refreshed(sdk: Any, server: Plane) -> None:
    secrets: dict[str, str] = {}
    server.restart(secret_of=secrets.get)
    put(sdk, "plain", value="1")
    value = put(sdk, "kv", secret=True, key_vault={"secret_identifier": f"{VAULT}a"})
    assert value.key_vault.last_status.code != "Success"
    failed = sdk.named_value.list_by_service(*AT, is_key_vault_refresh_failed=True)
    assert [item.name for item in failed] == ["kv"]
    secrets[f"{VAULT}a"] = "there-now"
    assert sdk.named_value.begin_refresh_secret(*AT, "kv").result().key_vault.last_status.code == "Success"
    assert list(sdk.named_value.list_by_service(*AT, is_key_vault_refresh_failed=True)) == []


def test_a_plain_value_cannot_be_refreshed(sdk: Any) -> None:
    put(sdk, "a", value="1")
    with pytest.raises(HttpResponseError):
        sdk.named_value.begin_refresh_secret(*AT, "a").result()


def test_a_value_becomes_a_reference_and_back(sdk: Any, server: Plane) -> None:
    server.restart(secret_of={f"{VAULT}a": "x"}.get)
    put(sdk, "a", value="1")
    assert put(sdk, "a", secret=True, key_vault={"secret_identifier": f"{VAULT}a"}).key_vault is not None
    back = put(sdk, "a", value="2")
    assert (back.key_vault, back.value) == (None, "2")


def test_a_value_that_a_policy_uses_cannot_go(sdk: Any) -> None:
    put(sdk, "used", value="1")
    text = '<policies><inbound><set-variable name="a" value="{{used}}" /></inbound></policies>'
    sdk.policy.create_or_update(*AT, "policy", {"format": "rawxml", "value": text})
    with pytest.raises(HttpResponseError) as caught:
        sdk.named_value.delete(*AT, "used", "*")
    assert "is used by the following entities:\r\n/policies/policy" in error_of(caught).message
    sdk.policy.delete(*AT, "policy", "*")
    sdk.named_value.delete(*AT, "used", "*")
    with pytest.raises(ResourceNotFoundError):
        sdk.named_value.get(*AT, "used")


def test_lists_are_filtered(sdk: Any) -> None:
    put(sdk, "a1", value="1", tags=["x"])
    put(sdk, "a2", value="2", tags=["x", "y"])
    put(sdk, "b1", value="3", secret=True)

    def names(filter_: str) -> list[str]:
        return [value.name for value in sdk.named_value.list_by_service(*AT, filter=filter_)]

    assert names("startswith(displayName,'a')") == ["a1", "a2"]
    assert names("displayName eq 'a1' or secret eq true") == ["a1", "b1"]
    assert names("tags/any(t: t eq 'y')") == ["a2"]
    assert names("tags/all(t: t eq 'x') and name ne 'b1'") == ["a1"]


def test_a_secret_stands_in_no_answer_and_in_no_log(sdk: Any, server: Plane) -> None:
    put(sdk, "s", value="must-not-be-seen", secret=True)
    answers = (
        sdk.named_value.begin_create_or_update(
            *AT, "s", wire({"displayName": "s", "value": "must-not-be-seen", "secret": True}), cls=raw
        ).result(),
        sdk.named_value.get(*AT, "s", cls=raw),
    )
    assert all("must-not-be-seen" not in str(answer) for answer in answers)
    assert server.plane is not None
    assert "must-not-be-seen" not in str(server.plane.log.content())
