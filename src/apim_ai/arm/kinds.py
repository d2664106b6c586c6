"""The kinds that the control plane serves: those of `resource.kinds`, and a few links that no project declares."""

from __future__ import annotations

from functools import cache

from apim_ai.resource import kinds
from apim_ai.resource.fields import Field
from apim_ai.resource.kind import Kind, always

__all__ = ["find", "of_shape"]

_WIKI_FIELDS = (
    Field("documents", "array"),
    Field("documents[].documentationId", required=True),
)

_FURTHER = (
    Kind(name="operation_tag", path="apis/{api}/operations/{operation}/tags/{tag}", noun="tag", has_body=False),
    Kind(name="product_tag", path="products/{product}/tags/{tag}", noun="tag", has_body=False),
    Kind(name="group_user", path="groups/{group}/users/{user}", noun="user", has_body=False),
    Kind(
        name="global_schema",
        path="schemas/{schema}",
        noun="schema",
        long_running=frozenset({"put"}),
        longest_name=80,
        fields=(
            Field("schemaType", required=True, choices=("xml", "json")),
            Field("description"),
        ),
    ),
    Kind(name="api_tag_description", path="apis/{api}/tagDescriptions/{tag}", noun="tag description"),
    Kind(name="api_wiki", path="apis/{api}/wikis/{wiki}", noun="wiki", fields=_WIKI_FIELDS),
    Kind(name="product_wiki", path="products/{product}/wikis/{wiki}", noun="wiki", fields=_WIKI_FIELDS),
    Kind(name="product_api_link", path="products/{product}/apiLinks/{link}", noun="link", ids=("apiId",)),
    Kind(name="product_group_link", path="products/{product}/groupLinks/{link}", noun="link", ids=("groupId",)),
    Kind(name="tag_api_link", path="tags/{tag}/apiLinks/{link}", noun="link", ids=("apiId",)),
    Kind(name="tag_operation_link", path="tags/{tag}/operationLinks/{link}", noun="link", ids=("operationId",)),
    Kind(name="tag_product_link", path="tags/{tag}/productLinks/{link}", noun="link", ids=("productId",)),
    Kind(name="gateway", path="gateways/{gateway}", noun="gateway"),
    Kind(
        name="policy_restriction",
        path="policyRestrictions/{restriction}",
        noun="policy restriction",
        longest_name=80,
        fields=(
            Field("scope", required=True),
            Field("requireBase", choices=("true", "false")),
        ),
    ),
    Kind(
        name="tenant_access",
        path="tenant/{access}",
        noun="tenant access information",
        write_only=always("primaryKey", "secondaryKey"),
        fields=(
            Field("enabled", "boolean"),
            Field("principalId"),
            Field("primaryKey", longest=256),
            Field("secondaryKey", longest=256),
        ),
    ),
    Kind(
        name="openid_provider",
        path="openidConnectProviders/{provider}",
        noun="OpenID Connect provider",
        write_only=always("clientSecret"),
        fields=(
            Field("displayName", required=True, longest=50),
            Field("metadataEndpoint", "uri", required=True),
            Field("clientId", required=True),
            Field("clientSecret"),
            Field("description"),
        ),
    ),
)

_SERVICE = Kind(name="service", path="service/{service}", noun="service")
"""What was changed about the service itself; it has no path below the service."""


@cache
def _by_shape() -> dict[str, Kind]:
    return {"/".join(kind.path.lower().split("/")[::2]): kind for kind in (*_FURTHER, *kinds.every())}


@cache
def _by_name() -> dict[str, Kind]:
    return {kind.name: kind for kind in (_SERVICE, *_by_shape().values())}


def of_shape(shape: str) -> Kind | None:
    """Return the kind whose fixed path segments are these, in lower case, such as `apis/operations`."""
    return _by_shape().get(shape)


def find(name: str) -> Kind:
    """Return a kind by its name."""
    return _by_name()[name]
