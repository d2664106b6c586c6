"""Turns a case into `Resources`: the same values that a project or the control plane gives the gateway."""

from __future__ import annotations

import re
from difflib import get_close_matches
from os.path import normpath
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from apim_ai.cases.certificates import certificates_of
from apim_ai.cases.content import mapping, sequence, texts
from apim_ai.cases.format import implied_products, named_resources
from apim_ai.cases.moments import START
from apim_ai.cases.places import document_name
from apim_ai.document import with_plain_expressions
from apim_ai.errors import CaseError
from apim_ai.resource import Resource, Resources
from apim_ai.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from apim_ai.cases.model import Case
    from apim_ai.source import Span

__all__ = ["DEFAULT_SERVICE_URL", "resources_of"]

DEFAULT_SERVICE_URL = "http://backend.test"
_DEFAULT_API: dict[str, Any] = {"id": "api", "name": "api", "path": "", "service_url": DEFAULT_SERVICE_URL}
_DEFAULT_OPERATIONS: list[dict[str, Any]] = [{"id": "any", "name": "any", "method": "*", "url_template": "/*"}]
_WORKSPACE = "workspace"
_PARAMETER = re.compile(r"\{\*?([^{}]+)\}")
_LOGGER = re.compile(r'logger-id\s*=\s*["\']([^"\'@{]+)["\']')


def resources_of(case: Case, base: Resources | None = None) -> Resources:
    """Return the resources of a case, over those of its project where it has one.

    Raises:
        CaseError: a document cannot be read, or something names what the case does not have.
    """
    builder = _Builder(case)
    made = [*builder.all(is_project=base is not None)]
    documents = [str(resource.properties.get("value", "")) for resource in made]
    if base is None:
        made += certificates_of(documents)
    loggers = {name for document in documents for name in _LOGGER.findall(document)}
    made += [Resource("logger", f"loggers/{name}", {"loggerType": "azureEventHub"}) for name in sorted(loggers)]
    resources = (base or Resources()).with_changes(made)
    if base is not None:
        _check_names(case, resources)
    return resources


def _check_names(case: Case, resources: Resources) -> None:
    """Refuse names of what neither the case nor its project has; without a project the format knows that."""
    for kind, name, place in named_resources(case.content):
        known = {resource.name for resource in resources.of(kind)}
        if name not in known:
            noun = {"api": "an API"}.get(kind, f"a {kind}")
            close = get_close_matches(name, known, n=1)
            raise CaseError(
                f"neither the case nor its project has {noun} '{name}'",
                span=case.span(*place),
                help=f"did you mean '{close[0]}'?" if close else None,
            )


class _Builder:
    """Makes the resources of one case."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.content = case.content
        self.scopes = mapping(case.content.get("scopes"))

    def all(self, *, is_project: bool) -> Iterator[Resource]:
        yield from self._named_values()
        yield from self._backends()
        yield from self._fragments()
        if "global" in self.scopes:
            yield self._policy("global_policy", "policies/policy", self.scopes["global"], "scopes", "global")
        if not is_project or "apis" in self.content:
            yield from self._apis()
        yield from self._products(is_project=is_project)
        yield from self._users()
        yield from self._subscriptions()

    # --- small kinds ----------------------------------------------------------------------------------------------

    def _named_values(self) -> Iterator[Resource]:
        for name, given in mapping(self.content.get("named_values")).items():
            entry = mapping(given) or {"value": given}
            value = "".join(texts(entry.get("value")))
            properties = {"displayName": name, "value": value, "secret": bool(entry.get("secret", False))}
            yield Resource("named_value", f"namedValues/{name}", properties, self.case.span("named_values", name))

    def _backends(self) -> Iterator[Resource]:
        for name, properties in mapping(self.content.get("backends")).items():
            wire = properties if str(properties.get("type")).lower() == "pool" else {"protocol": "http", **properties}
            yield Resource("backend", f"backends/{name}", wire, self.case.span("backends", name))

    def _fragments(self) -> Iterator[Resource]:
        for name, given in mapping(self.content.get("fragments")).items():
            yield self._policy("fragment", f"policyFragments/{name}", given, "fragments", name)

    def _users(self) -> Iterator[Resource]:
        for index, user in enumerate(sequence(self.content.get("users"))):
            properties = {
                "email": user.get("email", ""),
                "firstName": user.get("first_name", ""),
                "lastName": user.get("last_name", ""),
                "note": user.get("note", ""),
                "state": "active",
                "groups": _groups(user),
                "identities": sequence(user.get("identities")),
            }
            yield Resource("user", f"users/{user['id']}", properties, self.case.span("users", index))

    # --- APIs -----------------------------------------------------------------------------------------------------

    def _apis(self) -> Iterator[Resource]:
        for index, api in enumerate(sequence(self.content.get("apis")) or [_DEFAULT_API]):
            yield from self._api(api, index)
        if "workspace" in self.scopes:
            place = f"workspaces/{_WORKSPACE}"
            yield Resource("workspace", place, {"displayName": _WORKSPACE})
            given = self.scopes["workspace"]
            yield self._policy("workspace_policy", f"{place}/policies/policy", given, "scopes", "workspace")

    def _api(self, api: Mapping[str, Any], index: int) -> Iterator[Resource]:
        prefix = f"workspaces/{_WORKSPACE}/" if "workspace" in self.scopes else ""
        place = f"{prefix}apis/{api['id']}"
        yield Resource("api", place, self._api_properties(api), self.case.span("apis", index))
        versions = mapping(api.get("version_set"))
        if versions:
            yield _version_set(versions, self.case.span("apis", index, "version_set"))
        policy = api.get("policy") or self._api_policy()
        if policy is not None:
            yield self._policy("api_policy", f"{place}/policies/policy", policy, *self._policy_place(api, index))
        for number, operation in enumerate(sequence(api.get("operations")) or _DEFAULT_OPERATIONS):
            yield from self._operation(place, operation, index, number)

    def _api_properties(self, api: Mapping[str, Any]) -> dict[str, Any]:
        requires = bool(self.content.get("subscriptions")) and "apis" in self.content
        names = mapping(api.get("subscription_key_names"))
        properties: dict[str, Any] = {
            "displayName": api.get("name") or api["id"],
            "path": api.get("path", ""),
            "protocols": api.get("protocols") or ["http", "https"],
            "serviceUrl": api.get("service_url", DEFAULT_SERVICE_URL),
            "subscriptionRequired": api.get("subscription_required", requires),
            "apiRevision": str(api.get("revision", "1")),
            "isCurrent": api.get("is_current_revision", True),
        }
        if names:
            properties["subscriptionKeyParameterNames"] = {
                "header": names.get("header", "Ocp-Apim-Subscription-Key"),
                "query": names.get("query", "subscription-key"),
            }
        if "version" in api:
            properties["apiVersion"] = api["version"]
        if "version_set" in api:
            properties["apiVersionSetId"] = f"/apiVersionSets/{api['version_set']['id']}"
        return properties

    def _api_policy(self) -> object:
        if "policy" in self.content:
            return self.content["policy"]
        if "document" in self.content:
            return {"document": self.content["document"]}
        return self.scopes.get("api")

    def _policy_place(self, api: Mapping[str, Any], index: int) -> tuple[str | int, ...]:
        if api.get("policy"):
            return ("apis", index, "policy")
        return next(((key,) for key in ("policy", "document") if key in self.content), ("scopes", "api"))

    def _operation(self, api: str, operation: Mapping[str, Any], index: int, number: int) -> Iterator[Resource]:
        place = f"{api}/operations/{operation['id']}"
        template = str(operation.get("url_template", "/*"))
        properties = {
            "displayName": operation.get("name") or operation["id"],
            "method": operation.get("method", "*"),
            "urlTemplate": template,
            "templateParameters": [{"name": name, "type": "string"} for name in _PARAMETER.findall(template)],
            "responses": _responses(sequence(operation.get("responses"))),
        }
        span = self.case.span("apis", index, "operations", number)
        yield Resource("operation", place, properties, span)
        policy = operation.get("policy") or self.scopes.get("operation")
        if policy is not None:
            at = ("apis", index, "operations", number, "policy") if operation.get("policy") else ("scopes", "operation")
            yield self._policy("operation_policy", f"{place}/policies/policy", policy, *at)

    # --- products and subscriptions ---------------------------------------------------------------------------------

    def _products(self, *, is_project: bool) -> Iterator[Resource]:
        products: list[dict[str, Any]] = sequence(self.content.get("products"))
        if not is_project and not products:
            products = [{"id": name, "subscription_required": False} for name in sorted(implied_products(self.content))]
        own = [] if is_project else [api["id"] for api in sequence(self.content.get("apis")) or [_DEFAULT_API]]
        for index, product in enumerate(products):
            yield from self._product({"apis": own, **product}, index)  # one that names none holds the case's

    def _product(self, product: Mapping[str, Any], index: int) -> Iterator[Resource]:
        place = f"products/{product['id']}"
        properties: dict[str, Any] = {
            "displayName": product.get("name") or product["id"],
            "subscriptionRequired": product.get("subscription_required", True),
            "approvalRequired": product.get("approval_required", False),
            "state": product.get("state", "published"),
            "groups": _groups(product),
        }
        if "subscriptions_limit" in product:
            properties["subscriptionsLimit"] = product["subscriptions_limit"]
        yield Resource("product", place, properties, self.case.span("products", index))
        for api in sequence(product.get("apis")):
            yield Resource("product_api", f"{place}/apis/{api}", {})
        policy = product.get("policy") or self.scopes.get("product")
        if policy is not None:
            at = ("products", index, "policy") if product.get("policy") else ("scopes", "product")
            yield self._policy("product_policy", f"{place}/policies/policy", policy, *at)

    def _subscriptions(self) -> Iterator[Resource]:
        for index, subscription in enumerate(sequence(self.content.get("subscriptions"))):
            if "product" in subscription:
                scope = f"/products/{subscription['product']}"
            elif "api" in subscription:
                scope = f"/apis/{subscription['api']}"
            else:
                scope = "/apis"
            identifier = subscription["id"]
            properties: dict[str, Any] = {
                "displayName": subscription.get("name") or identifier,
                "scope": scope,
                "state": subscription.get("state", "active"),
                "createdDate": str(self.content.get("clock", START)),  # as if made when the case begins
                "primaryKey": subscription.get("key", f"key-of-{identifier}"),
                "secondaryKey": subscription.get("secondary_key", f"second-key-of-{identifier}"),
            }
            if "user" in subscription:
                properties["ownerId"] = f"/users/{subscription['user']}"
            for key, wire in (("start_date", "startDate"), ("end_date", "expirationDate")):
                if key in subscription:
                    properties[wire] = subscription[key]
            yield Resource(
                "subscription", f"subscriptions/{identifier}", properties, self.case.span("subscriptions", index)
            )

    # --- documents ------------------------------------------------------------------------------------------------

    def _policy(self, kind: str, place: str, given: object, *at: str | int) -> Resource:
        span = self.case.span(*at)
        if isinstance(given, dict):
            path = str(mapping(cast("object", given)).get("document", ""))
            try:
                text = (self.case.folder / path).read_text(encoding="utf-8-sig")
                source = Source(normpath(Path(self.case.file).parent / path), text)
            except (OSError, ValueError) as error:
                reason = error.strerror if isinstance(error, OSError) else error
                raise CaseError(f"the document '{path}' cannot be read: {reason}", span=span) from error
        else:
            source = Source(document_name(self.case, at), str(given))
        if "refused" not in self.case.content:
            source = with_plain_expressions(source)
        return Resource(kind, place, {"format": "rawxml", "value": source.text}, span, source)


def _version_set(given: Mapping[str, Any], span: Span) -> Resource:
    properties = {"displayName": given.get("name") or given["id"], "versioningScheme": given["scheme"]}
    for key, wire in (("header", "versionHeaderName"), ("query", "versionQueryName")):
        if key in given:
            properties[wire] = given[key]
    return Resource("version_set", f"apiVersionSets/{given['id']}", properties, span)


def _groups(owner: Mapping[str, Any]) -> list[dict[str, str]]:
    groups: list[dict[str, str]] = []
    for group in sequence(owner.get("groups")):
        if isinstance(group, str):
            groups.append({"id": group, "name": group})
        else:
            name = group.get("name") or group.get("id") or ""
            groups.append({"id": group.get("id") or name, "name": name})
    return groups


def _responses(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return one response a status, with the representations of all that have it."""
    by_status: dict[object, dict[str, Any]] = {}
    for response in given:
        wire = _response(response)
        known = by_status.setdefault(wire["statusCode"], wire)
        if known is not wire:
            known["representations"] += wire.pop("representations")
            by_status[wire["statusCode"]] = {**wire, **known}
    return list(by_status.values())


def _response(response: Mapping[str, Any]) -> dict[str, Any]:
    wire: dict[str, Any] = {"statusCode": response.get("status", 200), "representations": []}
    if "headers" in response:
        wire["headers"] = [
            {"name": name, **(mapping(schema) or {"type": "string"})}
            for name, schema in mapping(response["headers"]).items()
        ]
    if not response.keys().isdisjoint({"content_type", "example", "schema"}):
        representation: dict[str, Any] = {"contentType": response.get("content_type", "application/json")}
        if "example" in response:
            representation["examples"] = {"default": {"value": response["example"]}}
        if "schema" in response:
            representation["schema"] = response["schema"]
        wire["representations"].append(representation)
    return wire
