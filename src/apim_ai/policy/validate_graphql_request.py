"""`validate-graphql-request`."""

from __future__ import annotations

from typing import Literal

from apim_ai.definition import (
    TEXT,
    VARIABLE_NAME,
    Item,
    Value,
    attribute,
    children,
    choice,
    integer,
    item,
    literal,
    policy,
)
from apim_ai.family.unsupported import UnsupportedPolicy

__all__ = ["Rule", "ValidateGraphqlRequest"]


@item("rule")
class Rule(Item):
    """Who may read a type or field."""

    path: str = literal(TEXT)
    action: Value[Literal["allow", "reject", "remove", "ignore"]] = attribute(
        choice("allow", "reject", "remove", "ignore"), default="allow"
    )


@policy(
    "validate-graphql-request",
    sections=("inbound",),
    scopes=("global", "product", "api", "operation"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_scopes=("workspace",),
    maybe_gateways=("workspace",),
    page="validate-graphql-request-policy",
)
class ValidateGraphqlRequest(UnsupportedPolicy):
    """Check size, depth and permissions of a GraphQL request."""

    needs = "the schemas of GraphQL APIs"

    error_variable_name: str | None = literal(VARIABLE_NAME, default=None)
    max_size: Value[int] = attribute(integer(maximum=102400), doc="bytes")
    max_depth: Value[int] = attribute(integer(), default=6)
    max_total_depth: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented", documented=False)
    max_complexity: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented", documented=False)
    authorize: tuple[Rule, ...] = children(Rule, within="authorize", at_least=1, at_most=100)
