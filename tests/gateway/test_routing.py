"""Which API and operation a request is for."""

from __future__ import annotations

import pytest
from tests.gateway.world import api, operation, request

from apim_ai.gateway.routing import ApiRoute, Match, Routes
from apim_ai.resource import Resource


def routes(*apis: tuple[Resource, Resource | None]) -> Routes:
    return Routes(
        ApiRoute(resource, [operation("/items", "GET", resource.id, "list")], versions) for resource, versions in apis
    )


def found(match: Match | None) -> str | None:
    return None if match is None else match.api.id.removeprefix("apis/")


def versions(scheme: str) -> Resource:
    names = {"versionHeaderName": "x-version", "versionQueryName": "v"}
    return Resource("version_set", "apiVersionSets/set", {"versioningScheme": scheme, **names})


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/shop/items", "shop"),
        ("/SHOP/items", "shop"),
        ("/shop/admin/items", "admin"),
        ("/shopping/items", "root"),
        ("/items", "root"),
    ],
)
def test_the_longest_path_wins(path: str, expected: str):
    table = routes((api("shop"), None), (api("admin", path="shop/admin"), None), (api("root", path=""), None))
    assert found(table.match(request(path))) == expected


def test_without_an_api_for_the_root_other_paths_match_nothing():
    assert routes((api("shop"), None)).match(request("/other")) is None


def test_an_api_without_the_operation_matches_without_one():
    match = routes((api("shop"), None)).match(request("/shop/none"))
    assert match is not None
    assert match.operation is None
    assert match.rest == "/none"


@pytest.mark.parametrize("path", ["/shop/items", "/shop/items/"])
def test_a_slash_at_the_end_does_not_matter(path: str):
    match = routes((api("shop"), None)).match(request(path))
    assert match is not None
    assert match.operation is not None


def test_versions_in_the_path():
    table = routes(
        (api("v1", apiVersion="v1"), versions("Segment")),
        (api("v2", apiVersion="v2"), versions("Segment")),
        (api("original"), versions("Segment")),
    )
    assert found(table.match(request("/shop/v1/items"))) == "v1"
    assert found(table.match(request("/shop/v2/items"))) == "v2"
    assert found(table.match(request("/shop/items"))) == "original"


@pytest.mark.parametrize("scheme", ["Header", "Query"])
def test_versions_in_header_or_query(scheme: str):
    table = routes(
        (api("v1", apiVersion="v1"), versions(scheme)),
        (api("v2", apiVersion="v2"), versions(scheme)),
        (api("original"), versions(scheme)),
    )

    def ask(version: str | None) -> str | None:
        if version is None:
            return found(table.match(request("/shop/items")))
        if scheme == "Header":
            return found(table.match(request("/shop/items", headers={"X-Version": version})))
        return found(table.match(request(f"/shop/items?v={version}")))

    assert (ask("v1"), ask("V2"), ask(None), ask("v3")) == ("v1", "v2", "original", None)


def test_revisions_are_asked_for_by_number():
    table = routes(
        (api("shop", apiRevision="1", isCurrent=True), None),
        (api("shop;rev=2", apiRevision="2", isCurrent=False), None),
    )
    assert found(table.match(request("/shop/items"))) == "shop"
    match = table.match(request("/shop;rev=2/items"))
    assert found(match) == "shop;rev=2"
    assert match is not None
    assert match.api.entity.id == "shop"
    assert match.operation is not None
    assert found(table.match(request("/shop;rev=1/items"))) == "shop"
    assert table.match(request("/shop;rev=9/items")) is None


def test_of_equal_paths_the_template_with_more_query_wins():
    resources = [
        operation("/get", "GET", name="plain"),
        operation("/get?kind={kind}", "GET", name="kind"),
    ]
    table = Routes([ApiRoute(api(), resources, None)])
    with_query = table.match(request("/shop/get?kind=red"))
    without = table.match(request("/shop/get"))
    assert with_query is not None
    assert without is not None
    assert with_query.operation is not None
    assert with_query.operation.entity.id == "kind"
    assert with_query.parameters == {"kind": "red"}
    assert without.operation is not None
    assert without.operation.entity.id == "plain"


def test_what_a_path_alone_decides_is_the_same_again_and_nothing_else_is():
    resource = api("shop")
    operations = [
        operation("/get?kind={kind}", "GET", resource.id, "kind"),
        operation("/get", "GET", resource.id, "all"),
        operation("/items/{id}", "GET", resource.id, "item"),
    ]
    table = Routes([ApiRoute(resource, operations, None)])
    item = table.match(request("/shop/items/7"))
    assert item is not None
    assert table.match(request("/shop/items/7")) is item
    names = [("/shop/get", "all"), ("/shop/get?kind=red", "kind"), ("/shop/get", "all"), ("/shop/items/8", "item")]
    for path, name in names * 2:
        match = table.match(request(path))
        assert match is not None
        assert match.operation is not None
        assert match.operation.entity.id == name
    assert table.match(request("/shop/items/7", "POST")) is not item


@pytest.mark.parametrize("scheme", ["Header", "Query"])
def test_a_version_that_is_no_part_of_the_path_is_asked_for_each_time(scheme: str):
    table = routes(
        *((api(v, apiVersion=v, apiVersionSetId="apiVersionSets/set"), versions(scheme)) for v in ("v1", "v2"))
    )
    for version in ("v1", "v2", "v1"):
        asked = request(
            f"/shop/items?v={version}" if scheme == "Query" else "/shop/items", headers={"x-version": version}
        )
        assert found(table.match(asked)) == version
