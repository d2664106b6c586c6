"""`validate-graphql-request`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Literal, cast

from apim_ai.definition import (
    TEXT,
    VARIABLE_NAME,
    Item,
    Policy,
    Value,
    attribute,
    children,
    choice,
    integer,
    item,
    literal,
    policy,
)
from apim_ai.expression import from_json_value
from apim_ai.family.bodies import content_of, replace_content
from apim_ai.family.graphql import depth_of, fields_of, parse_graphql, without
from apim_ai.runtime import PolicyError

if TYPE_CHECKING:
    from apim_ai.family.graphql import Field
    from apim_ai.runtime import Exchange

__all__ = ["Rule", "ValidateGraphqlRequest"]

Action = Literal["allow", "reject", "remove", "ignore"]

STATUS = 400
_EMPTY = re.compile(r"\{\s*\}")  # a selection of which nothing is left
ERRORS_VARIABLE = "GraphQLErrors"


@item("rule")
class Rule(Item):
    """What becomes of a field: of `/Type/field`, of all fields of `/Type`, of `/__*` or of `/`."""

    path: str = literal(TEXT)
    action: Value[Action] = attribute(choice("allow", "reject", "remove", "ignore"), default="allow")

    def is_about(self, type_name: str, name: str) -> bool:
        """Whether the rule is about a field."""
        path = self.path.strip().rstrip("/")
        if path == "/__*":
            return name.startswith("__")
        return path in ("", "/*", f"/{type_name}", f"/{type_name}/*", f"/{type_name}/{name}")


@policy(
    "validate-graphql-request",
    sections=("inbound",),
    scopes=("global", "product", "api", "operation"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_scopes=("workspace",),
    maybe_gateways=("workspace",),
    page="validate-graphql-request-policy",
    approximated="the rules are about root fields: there is no schema",
)
class ValidateGraphqlRequest(Policy):
    """Check size, depth and permissions of a GraphQL request.

    The request is not checked against the API's schema here, so rules are about fields of Query, Mutation and
    Subscription and about introspection.
    """

    error_variable_name: str | None = literal(VARIABLE_NAME, default=None)
    max_size: Value[int] = attribute(integer(maximum=102400), doc="bytes")
    max_depth: Value[int] = attribute(integer(), default=6, doc="fields inside one another")
    max_total_depth: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented", documented=False)
    max_complexity: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented", documented=False)
    authorize: tuple[Rule, ...] = children(Rule, within="authorize", at_least=1, at_most=100)

    async def run(self, exchange: Exchange, /) -> None:
        """Measure the request and apply the rules."""
        exchange.note("the request is not checked against a schema")
        content = await content_of(exchange, exchange.request)
        limit = self.max_size(exchange.context)
        if len(content) > limit:
            raise self._refused(exchange, f"The request is {len(content)} bytes long, more than {limit}.")
        envelope = _envelope(exchange, content)
        text = str(envelope.get("query") or "")
        try:
            removed = self._removed(exchange, text, str(envelope.get("operationName") or ""))
        except ValueError as error:
            raise self._refused(exchange, f"The request is not valid: {error}.") from error
        if removed:
            await self._cut(exchange, envelope, text, removed)

    def _removed(self, exchange: Exchange, text: str, name: str) -> list[Field]:
        operations, fragments = parse_graphql(text)
        limit = self.max_depth(exchange.context)
        removed: list[Field] = []
        for operation in operations:
            depth = depth_of(operation.selections, fragments)
            if name and operation.name != name:
                continue
            if depth > limit:
                raise self._refused(exchange, f"The request is {depth} fields deep, more than {limit}.")
            for each in fields_of(operation, fragments):
                action = self._action(exchange, operation.type, each.name)
                if action == "reject":
                    raise self._refused(exchange, f"The field '{operation.type}.{each.name}' is not allowed.")
                if action == "remove":
                    removed.append(each)
        return removed

    def _action(self, exchange: Exchange, type_name: str, name: str) -> Action:
        """Return what becomes of a field: by its own rule, else by its type's, else by a general one."""
        rules = [rule for rule in self.authorize if rule.is_about(type_name, name)]
        for rule in sorted(rules, key=lambda one: -one.path.count("/") if one.path.startswith(f"/{type_name}") else 0):
            action = rule.action(exchange.context)
            if action != "ignore":
                return action
        return "allow"

    async def _cut(self, exchange: Exchange, envelope: dict[str, object], text: str, removed: list[Field]) -> None:
        messages = [f"The field '{each.name}' was removed." for each in removed]
        left = without(text, removed)
        if _EMPTY.search(left):
            raise self._refused(exchange, *messages)
        self._record(exchange, messages)
        content = json.dumps({**envelope, "query": left}, ensure_ascii=False).encode()
        await replace_content(exchange.request, content)

    def _refused(self, exchange: Exchange, *messages: str) -> PolicyError:
        self._record(exchange, messages)
        body = json.dumps({"errors": [{"message": each} for each in messages]}).encode()
        return PolicyError(self.element_name, "Bad request", messages[0], STATUS, body=body)

    def _record(self, exchange: Exchange, messages: list[str] | tuple[str, ...]) -> None:
        errors = from_json_value([{"message": each} for each in messages])
        for name in (ERRORS_VARIABLE, self.error_variable_name):
            if name:
                exchange.variables[name] = errors


def _envelope(exchange: Exchange, content: bytes) -> dict[str, object]:
    """Return the request's `query` and what comes with it: from JSON, from `application/graphql`, or from the URL."""
    if not content:
        return {name: values[0] for name, values in exchange.request.url.query.items()}
    try:
        value: object = json.loads(content)
    except (ValueError, RecursionError):
        return {"query": content.decode("utf-8", "replace")}
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
