"""`cosmosdb-data-source`."""

from __future__ import annotations

from typing import Literal

from apim_ai.definition import (
    BOOLEAN,
    GUID,
    TEXT,
    Item,
    Policy,
    Value,
    attribute,
    child,
    children,
    choice,
    content,
    exactly_one,
    item,
    policies,
    policy,
    texts,
)
from apim_ai.family.unsupported import UnsupportedPolicy

__all__ = [
    "ConnectionInfo",
    "ConnectionString",
    "CosmosParameter",
    "CosmosdbDataSource",
    "DeleteRequest",
    "Etag",
    "Paging",
    "PartitionKey",
    "QueryRequest",
    "ReadRequest",
    "Response",
    "WriteRequest",
]


@item("connection-string")
class ConnectionString(Item):
    """How the account is reached."""

    use_managed_identity: Value[bool] = attribute(BOOLEAN, default=False, expressions="undocumented")
    client_id: Value[str] | None = attribute(GUID, default=None, expressions="undocumented")
    text: Value[str] = content(TEXT)


@item("connection-info")
class ConnectionInfo(Item):
    """Account, database and container."""

    connection_string: ConnectionString = child(ConnectionString, required=True)
    database_name: tuple[Value[str], ...] = texts(
        "database-name", TEXT, at_least=1, at_most=1, expressions="undocumented"
    )
    container_name: tuple[Value[str], ...] = texts(
        "container-name", TEXT, at_least=1, at_most=1, expressions="undocumented"
    )


@item("parameter")
class CosmosParameter(Item):
    """A parameter of the query."""

    name: Value[str] = attribute(TEXT, expressions="undocumented")
    type: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented", documented=False)
    text: Value[str] = content(TEXT)


@item("partition-key")
class PartitionKey(Item):
    """The partition."""

    data_type: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented")
    text: Value[str] = content(TEXT)


@item("etag")
class Etag(Item):
    """The version that must be there."""

    type: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented")
    text: Value[str] = content(TEXT)


@item("paging")
class Paging(Item):
    """How much of the result, and from where."""

    max_item_count: tuple[Value[str], ...] = texts("max-item-count", TEXT, at_least=1, at_most=1)
    continuation_token: tuple[Value[str], ...] = texts("continuation-token", TEXT, at_least=1, at_most=1)


@item("query-request")
class QueryRequest(Item):
    """Query for items."""

    enable_low_precision_order_by: Value[bool] | None = attribute(BOOLEAN, default=None, expressions="undocumented")
    sql_statement: tuple[Value[str], ...] = texts("sql-statement", TEXT, at_most=1, expressions="undocumented")
    parameters: tuple[CosmosParameter, ...] = children(CosmosParameter, within="parameters")
    partition_key: PartitionKey | None = child(PartitionKey)
    paging: Paging | None = child(Paging)


@item("read-request")
class ReadRequest(Item):
    """Read one item."""

    id: tuple[Value[str], ...] = texts("id", TEXT, at_least=1, at_most=1)
    partition_key: PartitionKey | None = child(PartitionKey)


@item("delete-request")
class DeleteRequest(Item):
    """Delete an item."""

    consistency_level: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented")
    pre_trigger: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented")
    post_trigger: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented")
    id: tuple[Value[str], ...] = texts("id", TEXT, at_least=1, at_most=1)
    partition_key: PartitionKey | None = child(PartitionKey)
    etag: Etag | None = child(Etag)


@item("write-request")
class WriteRequest(Item):
    """Write an item."""

    type: Value[Literal["insert", "replace", "upsert"]] = attribute(
        choice("insert", "replace", "upsert"), default="upsert", expressions="undocumented"
    )
    consistency_level: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented")
    enable_content_response_on_write: Value[bool] | None = attribute(BOOLEAN, default=None, expressions="undocumented")
    indexing_directive: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented")
    pre_trigger: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented")
    post_trigger: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented")
    partition_key: PartitionKey | None = child(PartitionKey)
    etag: Etag | None = child(Etag)
    policies: tuple[Policy, ...] = policies(only=("set-body", "include-fragment"))


@item("response")
class Response(Item):
    """What is made of the result."""

    policies: tuple[Policy, ...] = policies(only=("set-body", "publish-event", "include-fragment"))


@policy(
    "cosmosdb-data-source",
    exactly_one("query-request", "read-request", "delete-request", "write-request"),
    sections=(),
    scopes=(),
    gateways=("classic", "v2"),
    page="cosmosdb-data-source-policy",
)
class CosmosdbDataSource(UnsupportedPolicy):
    """Resolve a GraphQL field from Cosmos DB; stands in a resolver, not in a section."""

    needs = "GraphQL resolvers"

    connection_info: ConnectionInfo = child(ConnectionInfo, required=True)
    query_request: QueryRequest | None = child(QueryRequest)
    read_request: ReadRequest | None = child(ReadRequest)
    delete_request: DeleteRequest | None = child(DeleteRequest)
    write_request: WriteRequest | None = child(WriteRequest)
    response: Response | None = child(Response)
