"""Links between entities, in their older and newer form."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError

from .conftest import AT, raw


@pytest.fixture
def shop(sdk: Any) -> Any:
    """A service with an API, an operation, a product and a tag."""
    sdk.api.begin_create_or_update(*AT, "shop", {"display_name": "Shop", "path": "shop"}).result()
    sdk.api_operation.create_or_update(*AT, "shop", "o", {"display_name": "O", "method": "GET", "url_template": "/o"})
    sdk.product.create_or_update(*AT, "p", {"display_name": "P"})
    sdk.tag.create_or_update(*AT, "t", {"display_name": "T"})
    return sdk


LINKS = (
    ("product_api_link", "p", {"api_id": "/apis/shop"}),
    ("product_group_link", "p", {"group_id": "/groups/developers"}),
    ("tag_api_link", "t", {"api_id": "/apis/shop"}),
    ("tag_operation_link", "t", {"operation_id": "/apis/shop/operations/o"}),
    ("tag_product_link", "t", {"product_id": "/products/p"}),
)


@pytest.mark.parametrize(("group", "parent", "body"), LINKS)
def test_a_link_is_made_once_listed_and_removed_without_a_tag(
    shop: Any, group: str, parent: str, body: dict[str, str]
) -> None:
    links = getattr(shop, group)
    status, _, answered = links.create_or_update(*AT, parent, "one", body, cls=raw)
    assert status == 201
    assert next(iter(answered["properties"].values())).endswith(next(iter(body.values())))
    with pytest.raises(ResourceExistsError):
        links.create_or_update(*AT, parent, "two", body)
    assert [link.name for link in links.list_by_product(*AT, parent)] == ["one"]
    assert links.get(*AT, parent, "one").name == "one"
    assert links.delete(*AT, parent, "one", cls=raw)[0] == 200
    assert links.delete(*AT, parent, "one", cls=raw)[0] == 204
    with pytest.raises(ResourceNotFoundError):
        links.get(*AT, parent, "one")


CLASSIC = (
    ("product_api", "p", "shop"),
    ("product_group", "p", "developers"),
)


@pytest.mark.parametrize(("group", "parent", "other"), CLASSIC)
def test_an_older_link_is_created_found_and_removed(shop: Any, group: str, parent: str, other: str) -> None:
    links = getattr(shop, group)
    assert links.create_or_update(*AT, parent, other, cls=raw)[0] == 201
    assert links.create_or_update(*AT, parent, other, cls=raw)[0] == 200
    assert links.check_entity_exists(*AT, parent, other) is True
    assert other in [entity.name for entity in links.list_by_product(*AT, parent)]
    assert links.delete(*AT, parent, other, cls=raw)[0] == 200
    assert links.delete(*AT, parent, other, cls=raw)[0] == 204
    with pytest.raises(ResourceNotFoundError):
        links.check_entity_exists(*AT, parent, other)
    with pytest.raises(ResourceNotFoundError):
        links.create_or_update(*AT, parent, "none")
    with pytest.raises(ResourceNotFoundError):
        links.create_or_update(*AT, "none", other)


def test_both_forms_are_one_state(shop: Any) -> None:
    shop.product_api_link.create_or_update(*AT, "p", "l", {"api_id": "/apis/shop"})
    assert shop.product_api.check_entity_exists(*AT, "p", "shop") is True
    assert [product.name for product in shop.api_product.list_by_apis(*AT, "shop")] == ["p"]
    shop.product_api.delete(*AT, "p", "shop")
    assert list(shop.product_api_link.list_by_product(*AT, "p")) == []


def test_a_tag_is_put_on_an_api_an_operation_and_a_product(shop: Any) -> None:
    tag = shop.tag
    for assign, detach, get, state, listed, ids in (
        (
            tag.assign_to_api,
            tag.detach_from_api,
            tag.get_by_api,
            tag.get_entity_state_by_api,
            tag.list_by_api,
            ("shop",),
        ),
        (
            tag.assign_to_operation,
            tag.detach_from_operation,
            tag.get_by_operation,
            tag.get_entity_state_by_operation,
            tag.list_by_operation,
            ("shop", "o"),
        ),
        (
            tag.assign_to_product,
            tag.detach_from_product,
            tag.get_by_product,
            tag.get_entity_state_by_product,
            tag.list_by_product,
            ("p",),
        ),
    ):
        assert assign(*AT, *ids, "t", cls=raw)[0] == 201
        assert assign(*AT, *ids, "t", cls=raw)[0] == 200
        assert get(*AT, *ids, "t").display_name == "T"
        assert state(*AT, *ids, "t") is True
        assert [item.name for item in listed(*AT, *ids)] == ["t"]
        with pytest.raises(ResourceNotFoundError):
            assign(*AT, *ids, "none")
        assert detach(*AT, *ids, "t", cls=raw)[0] == 200
        with pytest.raises(ResourceNotFoundError):
            state(*AT, *ids, "t")


def test_a_link_that_names_what_is_deleted_stands_in_nobodys_way(shop: Any) -> None:
    shop.product_api_link.create_or_update(*AT, "p", "l", {"api_id": "/apis/shop"})
    shop.backend.create_or_update(*AT, "shop", {"url": "https://be.test", "protocol": "http"})
    assert shop.backend.delete(*AT, "shop", "*", cls=raw)[0] == 200


def test_products_can_be_listed_by_tag(shop: Any) -> None:
    shop.product.create_or_update(*AT, "q", {"display_name": "Q"})
    shop.tag.assign_to_product(*AT, "p", "t")
    assert [product.name for product in shop.product.list_by_service(*AT, tags="t")] == ["p"]
    assert [product.name for product in shop.product.list_by_service(*AT)] == ["p", "q"]


def test_what_wears_a_tag_is_listed(shop: Any) -> None:
    shop.tag.assign_to_api(*AT, "shop", "t")
    shop.tag.assign_to_operation(*AT, "shop", "o", "t")
    shop.tag.assign_to_product(*AT, "p", "t")
    assert [(item.tag.name, item.api.name) for item in shop.api.list_by_tags(*AT)] == [("T", "Shop")]
    assert [item.operation.name for item in shop.operation.list_by_tags(*AT, "shop")] == ["O"]
    assert [item.product.name for item in shop.product.list_by_tags(*AT)] == ["P"]
    assert len(list(shop.tag_resource.list_by_service(*AT))) == 3


def test_a_deleted_tag_is_taken_off_everything(shop: Any) -> None:
    shop.tag.assign_to_api(*AT, "shop", "t")
    shop.tag.delete(*AT, "t", "*")
    assert list(shop.tag.list_by_api(*AT, "shop")) == []


def test_a_tag_is_described_for_an_api(shop: Any) -> None:
    shop.tag.assign_to_api(*AT, "shop", "t")
    body = {"description": "d", "external_docs_url": "https://docs.test"}
    assert shop.api_tag_description.create_or_update(*AT, "shop", "t", body).description == "d"
    assert [item.name for item in shop.api_tag_description.list_by_service(*AT, "shop")] == ["t"]
    shop.api_tag_description.delete(*AT, "shop", "t", "*")


def test_lists_by_tag_show_what_wears_none_on_request(shop: Any) -> None:
    shop.api.begin_create_or_update(*AT, "other", {"display_name": "Other", "path": "other"}).result()
    shop.tag.assign_to_api(*AT, "shop", "t")
    found = [
        (item.tag and item.tag.name, item.api.name) for item in shop.api.list_by_tags(*AT, include_not_tagged_apis=True)
    ]
    assert found == [("T", "Shop"), (None, "Other")]
    assert len(list(shop.operation.list_by_tags(*AT, "shop", include_not_tagged_operations=True))) == 1
    assert len(list(shop.product.list_by_tags(*AT, include_not_tagged_products=True))) == 1
