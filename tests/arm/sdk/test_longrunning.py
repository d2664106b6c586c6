"""Long-running operations as Azure's client polls them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from apim_ai.arm import Options

from .conftest import AT, Answers, Plane, client_of, error_of, raw

SHOP = {"display_name": "Shop", "path": "shop"}
VAULT = {"secret_identifier": "https://vault.test/secrets/a"}


@pytest.fixture(params=[0, 1, 3], ids=lambda polls: f"{polls}-polls")
def polled(request: pytest.FixtureRequest, server: Plane, shared_client: Any) -> Any:
    """A service whose operations take some polls."""
    server.restart(Options(polls=request.param), secret_of={VAULT["secret_identifier"]: "x"}.get)
    return shared_client


def test_every_long_running_operation_ends_with_the_entity(polled: Any) -> None:
    assert polled.api.begin_create_or_update(*AT, "shop", SHOP).result().provisioning_state == "Succeeded"
    fragment = {"format": "xml", "value": "<fragment />"}
    assert polled.policy_fragment.begin_create_or_update(*AT, "f", fragment).result().name == "f"
    value = {"display_name": "n", "secret": True, "key_vault": VAULT}
    assert polled.named_value.begin_create_or_update(*AT, "n", value).result().key_vault is not None
    assert polled.named_value.begin_update(*AT, "n", "*", {"tags": ["t"]}).result().tags == ["t"]
    assert polled.named_value.begin_refresh_secret(*AT, "n").result().name == "n"
    schema = {"content_type": "application/json", "value": "{}"}
    assert polled.api_schema.begin_create_or_update(*AT, "shop", "s", schema).result().name == "s"
    assert polled.global_schema.begin_create_or_update(*AT, "g", {"schema_type": "json"}).result().name == "g"
    assert polled.api.begin_delete(*AT, "shop", "*").result() is None
    with pytest.raises(ResourceNotFoundError):
        polled.api.get(*AT, "shop")


@pytest.mark.parametrize("polls", [1, 3])
def test_a_failure_stands_in_the_poll(server: Plane, shared_client: Any, polls: int) -> None:
    server.restart(Options(polls=polls))
    polled = shared_client
    polled.api.begin_create_or_update(*AT, "shop", SHOP).result()
    polled.api.begin_create_or_update(*AT, "shop;rev=2", {"source_api_id": "/apis/shop"}).result()
    with pytest.raises(HttpResponseError) as caught:
        polled.api.begin_delete(*AT, "shop", "*").result()
    assert (caught.value.status_code, error_of(caught).code) == (200, "ValidationError")


def test_the_first_answer_says_where_to_ask(sdk: Any, server: Plane) -> None:
    seen = Answers()
    sdk.api.begin_create_or_update(*AT, "shop", SHOP, polling=False, raw_response_hook=seen)
    (answer,) = seen
    assert (answer.status_code, answer.json()["properties"]["provisioningState"]) == (201, "InProgress")
    status, location = urlsplit(str(answer.headers["Azure-AsyncOperation"])), urlsplit(str(answer.headers["Location"]))
    assert f"{status.scheme}://{status.netloc}" == f"{location.scheme}://{location.netloc}" == server.url
    assert "/service/local/tenant/operationResults/" in status.path
    assert location.path.endswith("/service/local/apis/shop")
    query = parse_qs(location.query)
    assert (set(query), query["asyncCode"]) == ({"api-version", "asyncId", "asyncCode"}, ["201"])


def test_a_client_is_told_when_to_come_again(server: Plane, shared_client: Any) -> None:
    server.restart(Options(polls=3))
    waits: list[str | None] = []

    def hook(response: Any) -> None:
        waits.append(response.http_response.headers.get("retry-after-ms"))

    shared_client.api.begin_create_or_update(*AT, "shop", SHOP, raw_response_hook=hook).result()
    assert waits == ["50", "50", "50", None, None]  # the answer, two polls, the last poll and the entity


def test_the_state_of_an_operation_can_be_asked_for(sdk: Any) -> None:
    seen = Answers()
    sdk.api.begin_create_or_update(*AT, "shop", SHOP, polling=False, raw_response_hook=seen)
    identifier = urlsplit(str(seen[0].headers["Azure-AsyncOperation"])).path.rsplit("/", 1)[-1]
    state = sdk.operation_status.get("westeurope", identifier)
    assert (state.status, state.name) == ("Succeeded", identifier)
    with pytest.raises(ResourceNotFoundError):
        sdk.operation_status.get("westeurope", "none")


def test_another_client_goes_on_where_one_was_stopped(server: Plane, shared_client: Any) -> None:
    server.restart(Options(polls=2))
    token = shared_client.api.begin_create_or_update(*AT, "shop", SHOP).continuation_token()
    resumed = client_of(server).api.begin_create_or_update(*AT, "shop", None, continuation_token=token)
    assert resumed.result().name == "shop"


def test_what_was_acknowledged_is_there_before_the_outcome_is_told(server: Plane, shared_client: Any) -> None:
    server.restart(Options(polls=5))
    shared_client.api.begin_create_or_update(*AT, "shop", SHOP, polling=False)
    assert shared_client.api.get(*AT, "shop").display_name == "Shop"


def test_plain_values_are_done_at_once(sdk: Any) -> None:
    seen = Answers()
    body = {"display_name": "n", "value": "v"}
    sdk.named_value.begin_create_or_update(*AT, "n", body, polling=False, raw_response_hook=seen)
    assert "Azure-AsyncOperation" not in seen[0].headers
    assert seen[0].json()["properties"]["provisioningState"] == "Succeeded"
    assert sdk.named_value.begin_create_or_update(*AT, "n", body, cls=raw).result()[0] == 200
