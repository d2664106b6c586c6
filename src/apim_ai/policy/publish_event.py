"""`publish-event`."""

from __future__ import annotations

from apim_ai.definition import TEXT, Item, child, children, item, literal, policy
from apim_ai.family.unsupported import UnsupportedPolicy

__all__ = ["GraphqlSubscription", "PublishEvent", "Targets"]


@item("graphql-subscription")
class GraphqlSubscription(Item):
    """A subscription field of the schema."""

    id: str = literal(TEXT)


@item("targets")
class Targets(Item):
    """Where the event goes."""

    graphql_subscription: tuple[GraphqlSubscription, ...] = children(GraphqlSubscription, at_least=1)


@policy("publish-event", gateways=("classic", "v2", "consumption"), scopes=(), sections=(), page="publish-event-policy")
class PublishEvent(UnsupportedPolicy):
    """Publish an event to GraphQL subscriptions, from a resolver."""

    needs = "GraphQL resolvers"

    targets: Targets = child(Targets, required=True)
