"""`graphql-data-source`."""

from __future__ import annotations

from apim_ai.definition import Item, Policy, child, item, policies, policy
from apim_ai.family.unsupported import UnsupportedPolicy

__all__ = ["GraphqlDataSource", "Request", "Response"]


@item("request")
class Request(Item):
    """What makes the request."""

    policies: tuple[Policy, ...] = policies()


@item("response")
class Response(Item):
    """What is made of the response."""

    policies: tuple[Policy, ...] = policies()


@policy("graphql-data-source", sections=(), scopes=(), gateways=(), documented=False)
class GraphqlDataSource(UnsupportedPolicy):
    """Resolve a GraphQL field from another GraphQL API; only the editor schema knows it."""

    needs = "GraphQL resolvers"

    request: Request = child(Request, required=True)
    response: Response | None = child(Response)
