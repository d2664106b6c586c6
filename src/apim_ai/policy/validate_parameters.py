"""`validate-parameters`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl

from apim_ai.definition import VARIABLE_NAME, Item, Policy, Value, attribute, child, children, item, literal, policy
from apim_ai.family.api_schema import operation_of
from apim_ai.family.validation import ACTION, Action, Invalid, NamedAction, conclude, value_problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from apim_ai.runtime import Exchange

__all__ = ["HeaderParameters", "PathParameters", "QueryParameters", "ValidateParameters"]


@item("headers")
class HeaderParameters(Item):
    """Actions for headers."""

    specified_parameter_action: Value[Action] = attribute(ACTION)
    unspecified_parameter_action: Value[Action] = attribute(ACTION)
    parameter: tuple[NamedAction, ...] = children(NamedAction)


@item("query")
class QueryParameters(Item):
    """Actions for query parameters."""

    specified_parameter_action: Value[Action] = attribute(ACTION)
    unspecified_parameter_action: Value[Action] = attribute(ACTION)
    parameter: tuple[NamedAction, ...] = children(NamedAction)


@item("path")
class PathParameters(Item):
    """Actions for parameters of the path."""

    specified_parameter_action: Value[Action] = attribute(ACTION)
    parameter: tuple[NamedAction, ...] = children(NamedAction)


@policy(
    "validate-parameters",
    sections=("inbound",),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    once="section",
    page="validate-parameters-policy",
    ordered=True,
)
class ValidateParameters(Policy):
    """Check headers, query and path parameters of the request against the operation."""

    specified_parameter_action: Value[Action] = attribute(ACTION)
    unspecified_parameter_action: Value[Action] = attribute(ACTION)
    errors_variable_name: str | None = literal(VARIABLE_NAME, default=None)
    headers: HeaderParameters | None = child(HeaderParameters)
    query: QueryParameters | None = child(QueryParameters)
    path_: PathParameters | None = child(PathParameters)

    def run(self, exchange: Exchange, /) -> None:
        """Compare with the parameters that the operation describes."""
        operation, context, request = operation_of(exchange), exchange.context, exchange.request
        described = cast("Mapping[str, Any]", operation.get("request") or {})
        template = cast("Sequence[Mapping[str, Any]]", operation.get("templateParameters") or ())
        own = context.operation.url_template.partition("?")[2] if context.operation is not None else ""
        in_path = [each for each in template if f"{{{each.get('name')}}}" not in own]
        query = [*(described.get("queryParameters") or ()), *_in_query(own, template)]
        headers = {name: list(request.headers.values(name)) for name in request.headers.names()}
        path = {name: [value] for name, value in context.matched_parameters.items() if f"{{{name}}}" not in own}
        found = [
            *self._check(exchange, "query parameter", self.query, query, context.original_url.query),
            *self._check(exchange, "path parameter", self.path_, in_path, path),
            *self._check(exchange, "header", self.headers, described.get("headers") or (), headers),
        ]
        conclude(self, exchange, found, self.errors_variable_name)

    def _check(
        self,
        exchange: Exchange,
        kind: str,
        place: HeaderParameters | QueryParameters | PathParameters | None,
        described: Sequence[Mapping[str, Any]],
        sent: Mapping[str, Sequence[str]],
    ) -> Iterator[Invalid]:
        by_name = {str(each.get("name", "")).lower(): each for each in described}
        present = {name.lower() for name in sent}
        for name, definition in by_name.items():
            if definition.get("required") and name not in present:
                yield from self._missing(exchange, kind, place, str(definition.get("name")))
        named = {each.name.lower() for each in place.parameter} if place is not None else frozenset[str]()
        passing = _never_described(exchange) - by_name.keys() - named
        for name, values in sent.items():
            if name.lower() in passing:
                continue
            action = self._action(exchange, place, name, is_specified=name.lower() in by_name)
            if action != "ignore":
                yield from _problems(kind, name, by_name.get(name.lower()), values, action)

    def _missing(
        self,
        exchange: Exchange,
        kind: str,
        place: HeaderParameters | QueryParameters | PathParameters | None,
        name: str,
    ) -> Iterator[Invalid]:
        action = self._action(exchange, place, name, is_specified=True)
        if action != "ignore":
            message = f"Required {kind} {name} is missing."
            yield Invalid(name, _KINDS[kind], "IncorrectMessage", message, action)

    def _action(
        self,
        exchange: Exchange,
        place: HeaderParameters | QueryParameters | PathParameters | None,
        name: str,
        *,
        is_specified: bool,
    ) -> Action:
        """Return what becomes of a parameter: by its name, else by its place, else by the policy."""
        context = exchange.context
        if place is not None:
            for each in place.parameter:
                if each.name.lower() == name.lower():
                    return each.action(context)
            if is_specified or isinstance(place, PathParameters):
                return place.specified_parameter_action(context)
            return place.unspecified_parameter_action(context)
        return (self.specified_parameter_action if is_specified else self.unspecified_parameter_action)(context)


_OF_EVERY_REQUEST = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "accept", "content-type", "authorization"}
)
"""What no client can leave out, and what OpenAPI ignores as a parameter because it is described elsewhere."""
_KEY_NAMES = {"header": "Ocp-Apim-Subscription-Key", "query": "subscription-key"}
_KINDS = {"header": "RequestHeader", "query parameter": "QueryParameter", "path parameter": "PathParameter"}


def _never_described(exchange: Exchange) -> frozenset[str]:
    """Return the names that pass unless something names them: also those under which a subscription key comes."""
    api = exchange.services.catalog.properties(exchange.api_id) or {}
    own = cast("Mapping[str, str]", api.get("subscriptionKeyParameterNames") or {})
    return _OF_EVERY_REQUEST | {name.lower() for name in {**_KEY_NAMES, **own}.values()}


def _in_query(own: str, template: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the query parameters of an operation's template, under the names that they have in the query."""
    by_name = {f"{{{each.get('name')}}}": each for each in template}
    return [{**by_name.get(value, {}), "name": name} for name, value in parse_qsl(own, keep_blank_values=True)]


def _problems(
    kind: str, name: str, definition: Mapping[str, Any] | None, values: Sequence[str], action: Action
) -> Iterator[Invalid]:
    if definition is None:
        message = f"Unspecified {kind} {name} is not allowed."
        yield Invalid(name, _KINDS[kind], "Unspecified", message, action)
        return
    if len(values) > 1 and str(definition.get("type", "")).lower() != "array":
        message = f"Request cannot contain multiple values for the {kind} {name}."
        yield Invalid(name, _KINDS[kind], "IncorrectMessage", message, action)
        return
    for value in values:
        problem = value_problem(definition, value)
        if problem is not None:
            message = f"Value of the {kind} {name} does not conform to the definition. {problem}"
            yield Invalid(name, _KINDS[kind], "IncorrectMessage", message, action, f"The value{message[5:]}")
