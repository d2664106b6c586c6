"""`sql-data-source`."""

from __future__ import annotations

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
    content,
    item,
    literal,
    policies,
    policy,
)
from apim_ai.family.unsupported import UnsupportedPolicy

__all__ = [
    "ConnectionInfo",
    "ConnectionString",
    "Request",
    "Response",
    "SqlDataSource",
    "SqlParameter",
    "SqlStatement",
]


@item("connection-string")
class ConnectionString(Item):
    """How the database is reached."""

    use_managed_identity: Value[bool] = attribute(BOOLEAN, default=False)
    scope: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented", documented=False)
    client_id: Value[str] | None = attribute(GUID, default=None, expressions="undocumented")
    text: Value[str] = content(TEXT)


@item("connection-info")
class ConnectionInfo(Item):
    """The connection."""

    connection_string: ConnectionString = child(ConnectionString, required=True)
    policies: tuple[Policy, ...] = policies(
        only=("get-authorization-context", "include-fragment", "authentication-certificate")
    )


@item("sql-statement")
class SqlStatement(Item):
    """The query."""

    text: Value[str] = content(TEXT, expressions="forbidden")


@item("parameter")
class SqlParameter(Item):
    """A parameter of the query."""

    name: str = literal(TEXT)
    sql_type: str | None = literal(TEXT, default=None)
    text: Value[str] = content(TEXT)


@item("request")
class Request(Item):
    """The query with its parameters."""

    single_result: Value[bool] = attribute(BOOLEAN, default=False)
    sql_statement: SqlStatement = child(SqlStatement, required=True)
    parameters: tuple[SqlParameter, ...] = children(SqlParameter, within="parameters", at_least=1)
    policies: tuple[Policy, ...] = policies(only=("include-fragment", "set-body"))


@item("response")
class Response(Item):
    """What is made of the result."""

    policies: tuple[Policy, ...] = policies(only=("include-fragment", "set-body", "publish-event"))


@policy("sql-data-source", sections=(), scopes=(), gateways=("classic", "v2"), page="sql-data-source-policy")
class SqlDataSource(UnsupportedPolicy):
    """Resolve a GraphQL field from an SQL database; stands in a resolver, not in a section."""

    needs = "GraphQL resolvers"

    connection_info: ConnectionInfo = child(ConnectionInfo, required=True)
    request: Request = child(Request, required=True)
    response: Response | None = child(Response)
    policies: tuple[Policy, ...] = policies(only=("include-fragment",))
