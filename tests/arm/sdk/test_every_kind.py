"""What holds for entities of every kind: creating, tags, reading, patching, removing, lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from .conftest import AT, raw

FRAGMENT = {"format": "rawxml", "value": "<fragment />"}


@dataclass(frozen=True)
class Kind:
    """How the client calls one kind."""

    group: str
    body: dict[str, Any]
    parents: tuple[str, ...] = ()
    change: dict[str, Any] = field(default_factory=dict[str, Any])
    name: str = "one"
    listed: str = "list_by_service"
    tag: str = "get_entity_tag"


KINDS = (
    Kind("api", {"display_name": "A", "path": "a"}, change={"description": "D"}),
    Kind(
        "api_operation",
        {"display_name": "O", "method": "GET", "url_template": "/o"},
        ("shop",),
        {"description": "D"},
        listed="list_by_api",
    ),
    Kind("api_release", {"api_id": "/apis/shop"}, ("shop",), {"notes": "N"}),
    Kind("api_schema", {"content_type": "application/json", "value": "{}"}, ("shop",), listed="list_by_api"),
    Kind("api_version_set", {"display_name": "V", "versioning_scheme": "Segment"}, change={"description": "D"}),
    Kind("api_diagnostic", {"logger_id": "/loggers/log"}, ("shop",), {"verbosity": "error"}, "applicationinsights"),
    Kind("backend", {"url": "https://be.test", "protocol": "http"}, change={"title": "T"}),
    Kind("cache", {"connection_string": "c", "use_from_location": "default"}, change={"description": "D"}),
    Kind("diagnostic", {"logger_id": "/loggers/log"}, change={"verbosity": "error"}, name="applicationinsights"),
    Kind("global_schema", {"schema_type": "json", "document": {}}),
    Kind("group", {"display_name": "G"}, change={"description": "D"}),
    Kind("logger", {"logger_type": "azureMonitor"}, change={"description": "D"}),
    Kind("named_value", {"display_name": "n", "value": "v"}, change={"tags": ["t"]}),
    Kind("open_id_connect_provider", {"display_name": "P", "metadata_endpoint": "https://i.test", "client_id": "c"}),
    Kind("policy_fragment", FRAGMENT),
    Kind("product", {"display_name": "P"}, change={"description": "D"}),
    Kind("subscription", {"display_name": "S", "scope": "/apis"}, change={"state": "active"}, listed="list"),
    Kind("tag", {"display_name": "T"}, change={"display_name": "U"}, tag="get_entity_state"),
    Kind("user", {"email": "a@example.test", "first_name": "A", "last_name": "B"}, change={"note": "N"}),
)


@pytest.fixture
def shop(sdk: Any) -> Any:
    """A service with an API and a logger."""
    sdk.api.begin_create_or_update(*AT, "shop", {"display_name": "Shop", "path": "shop"}).result()
    sdk.logger.create_or_update(*AT, "log", {"logger_type": "azureMonitor"})
    return sdk


def call(sdk: Any, kind: Kind, verb: str, *arguments: Any, **options: Any) -> Any:
    """Call a method of a group, waiting for its outcome where it is long-running."""
    group = getattr(sdk, kind.group)
    method = getattr(group, verb, None)
    if method is not None:
        return method(*AT, *kind.parents, kind.name, *arguments, **options)
    return getattr(group, f"begin_{verb}")(*AT, *kind.parents, kind.name, *arguments, **options).result()


def put(sdk: Any, kind: Kind, **options: Any) -> tuple[int, str]:
    """Put an entity; return the status of the first answer and the tag."""
    statuses: list[int] = []

    def seen(response: Any) -> None:
        statuses.append(response.http_response.status_code)

    _, headers, _ = call(sdk, kind, "create_or_update", kind.body, cls=raw, raw_response_hook=seen, **options)
    return statuses[0], headers["ETag"]


def status_of(method: Any, *arguments: Any, **options: Any) -> int:
    with pytest.raises(HttpResponseError) as caught:
        method(*arguments, **options)
    assert caught.value.status_code is not None
    return caught.value.status_code


ids = [kind.group for kind in KINDS]


@pytest.mark.parametrize("kind", KINDS, ids=ids)
def test_creating_answers_201_and_updating_200_each_with_another_tag(shop: Any, kind: Kind) -> None:
    first, second = put(shop, kind), put(shop, kind)
    assert (first[0], second[0]) == (201, 200)
    assert first[1] != second[1]
    assert first[1][0] == first[1][-1] == '"'


@pytest.mark.parametrize("kind", KINDS, ids=ids)
def test_reading_answers_the_tag_of_the_last_write(shop: Any, kind: Kind) -> None:
    _, tag = put(shop, kind)
    _, headers, body = call(shop, kind, "get", cls=raw)
    assert headers["ETag"] == tag
    assert set(body) == {"id", "name", "type", "properties"}
    assert body["name"] == kind.name
    assert body["id"].endswith(f"/{kind.name}")
    assert getattr(shop, kind.group) is not None
    status, headers, nothing = call(shop, kind, kind.tag, cls=raw)
    assert (status, headers["ETag"], nothing) == (200, tag, None)


@pytest.mark.parametrize("kind", KINDS, ids=ids)
def test_a_stale_tag_stops_every_write(shop: Any, kind: Kind) -> None:
    _, stale = put(shop, kind)
    _, tag = put(shop, kind, if_match=stale)
    assert status_of(put, shop, kind, if_match=stale) == 412
    assert status_of(call, shop, kind, "delete", stale) == 412
    if kind.change:
        assert status_of(call, shop, kind, "update", stale, kind.change) == 412
    assert call(shop, kind, "get", cls=raw)[1]["ETag"] == tag
    put(shop, kind, if_match=tag)
    put(shop, kind, if_match="*")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.change], ids=[k.group for k in KINDS if k.change])
def test_a_patch_changes_what_it_says_alone(shop: Any, kind: Kind) -> None:
    _, tag = put(shop, kind)
    before = call(shop, kind, "get").as_dict()
    call(shop, kind, "update", tag, kind.change)
    after = call(shop, kind, "get").as_dict()
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    assert changed - {"updated_date_time"} == set(kind.change)
    assert call(shop, kind, "get", cls=raw)[1]["ETag"] != tag


@pytest.mark.parametrize("kind", KINDS, ids=ids)
def test_what_is_listed_is_what_is_there(shop: Any, kind: Kind) -> None:
    def names() -> list[str]:
        return [item.name for item in getattr(getattr(shop, kind.group), kind.listed)(*AT, *kind.parents)]

    before = names()
    put(shop, kind)
    assert names() == [*before, kind.name]
    call(shop, kind, "delete", "*")
    assert names() == before


@pytest.mark.parametrize("kind", KINDS, ids=ids)
def test_removing_twice_is_no_error_and_reading_then_is(shop: Any, kind: Kind) -> None:
    put(shop, kind)
    call(shop, kind, "delete", "*")
    call(shop, kind, "delete", "*")
    for verb in ("get", kind.tag):
        with pytest.raises(ResourceNotFoundError):
            call(shop, kind, verb)
    if kind.change:
        assert status_of(call, shop, kind, "update", "*", kind.change) == 404


@pytest.mark.parametrize("kind", KINDS, ids=ids)
def test_what_is_made_again_is_new(shop: Any, kind: Kind) -> None:
    _, first = put(shop, kind)
    call(shop, kind, "delete", "*")
    status, second = put(shop, kind)
    assert (status, first != second) == (201, True)
    assert status_of(put, shop, kind, if_match=first) == 412


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.parents], ids=[k.group for k in KINDS if k.parents])
def test_what_belongs_to_nothing_is_404(shop: Any, kind: Kind) -> None:
    shop.api.begin_delete(*AT, "shop", "*").result()
    assert status_of(put, shop, kind) == 404
    with pytest.raises(ResourceNotFoundError):
        list(getattr(getattr(shop, kind.group), kind.listed)(*AT, *kind.parents))
