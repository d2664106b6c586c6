"""The control plane: a call in, an answer out. Generic over the kinds; `server` puts it behind HTTP.

Everything here is synchronous, so each call sees and makes one consistent state.
"""

from __future__ import annotations

import re
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from apim_ai.arm import behaviour, kinds, provider, revisions, service
from apim_ai.arm.actions import action_of, is_long_running
from apim_ai.arm.address import Place, below_service, place_of
from apim_ai.arm.behaviour import Draft
from apim_ai.arm.behaviour.link import LinkBehaviour
from apim_ai.arm.call import Answer, Call
from apim_ai.arm.catalogue import violations
from apim_ai.arm.defaults import built_ins, default_policy
from apim_ai.arm.exporting import PATH, Exports, exported
from apim_ai.arm.longrunning import Operations
from apim_ai.arm.query import filtered, ordered, page
from apim_ai.arm.refusal import Refusal, bad_request, not_found, resource_not_found
from apim_ai.arm.tags import check_match, require_absent, require_match
from apim_ai.arm.views import contract, subscription_of_user, view_of
from apim_ai.resource.shape import is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apim_ai.arm.entity import Entity
    from apim_ai.arm.store import Store
    from apim_ai.arm.world import World

__all__ = ["Plane"]

_OLDEST_VERSION = "2019-12-01"
_NEWEST_VERSION = "2026-03-01"  # of those in the specification; what is dated later than today cannot exist
_VERSION = re.compile(r"(\d{4}-\d{2}-\d{2})(-preview)?\Z")
_STATUS = re.compile(
    r"/subscriptions/([^/]+)/providers/Microsoft\.ApiManagement/locations/[^/]+/operation(?:Statuses|Results)/([^/]+)\Z",
    re.IGNORECASE,
)
_OPERATION = re.compile(r"(?:tenant/)?operationResults/([^/]+)/?\Z", re.IGNORECASE)
_PRODUCT_LINKS = frozenset({"product_api", "product_group", "group_user"})
_PATCHED_LATER = frozenset({"named_value"})  # the only kind whose PATCH is long-running in the specification
_DEEPEST = 64


class Plane:
    """Answers calls.

    Args:
        world: what there is.
        polls: how many polls a long-running operation takes; 0 makes every answer final.
    """

    def __init__(self, world: World, *, polls: int = 1) -> None:
        self.world = world
        self.polls = polls
        self.operations = Operations(world)
        self.exports = Exports(world)
        if not world.store.resources():
            world.store.apply(built_ins(world))

    def seeing(self, store: Store) -> Plane:
        """Return the same plane with another state, for reading alone."""
        other = copy(self)
        other.world = replace(self.world, store=store)
        return other

    def answer(self, call: Call) -> Answer:
        """Return the answer to a call; a refusal is an answer too."""
        try:
            return self._routed(call)
        except Refusal as refusal:
            return Answer(refusal.status, refusal.body, refusal.headers)

    def is_locked(self, call: Call) -> str | None:
        """Return the id of the API that a call would write to, None for any other call."""
        found = below_service(call.path)
        segments = found[3].split("/") if found else []
        is_write = call.method in {"PUT", "PATCH", "DELETE"}
        if not is_write or len(segments) < 2 or segments[0].lower() != "apis":  # noqa: PLR2004 - collection and name
            return None
        return f"apis/{segments[1].partition(';rev=')[0]}".lower()

    def _routed(self, call: Call) -> Answer:
        _check_version(call.query.get("api-version"), self.world.now())
        if (above := provider.answer(call, self.world)) is not None:
            return above
        if match := _STATUS.match(call.path):
            return self.operations.result(self.operations.poll(match[2]))
        found = below_service(call.path)
        if found is None:
            raise resource_not_found(
                f"The path '{call.path}' is not one of Microsoft.ApiManagement.", "InvalidResourceType"
            )
        subscription, group, name, rest = found
        service.check_service(self.world.service, subscription, group, name)
        return self._below(call, rest.strip("/"))

    def _below(self, call: Call, path: str) -> Answer:
        if not path:
            return service.answer(call, self.world)
        if path.lower() == "validatepolicies" and call.method == "POST":
            return self._validate_policies(call)
        if path.lower() == "getssotoken" and call.method == "POST":
            return Answer(200, {"redirectUri": f"{self.world.gateway_url}/signin-sso?token={self.world.make_key()}"})
        if match := _OPERATION.match(path):
            return self.operations.result(self.operations.poll(match[1]))
        if call.method == "GET" and (view := view_of(path)):
            render, parent = view
            items = render(parent, self.world, call.query)
            return _listed(call, items)
        if call.method == "GET" and (entity := subscription_of_user(path, self.world)) is not None:
            return Answer(200, contract(entity, self.world, call.query), (("ETag", entity.etag),))
        place = place_of(path, is_action=call.method == "POST")
        if place is None:
            raise resource_not_found(f"No resource was found at '{path}'.")
        return self._at(call, self._normalised(place))

    def _validate_policies(self, call: Call) -> Answer:
        """Answer where to ask which policies break a restriction."""
        found = violations(self.world)
        log = [{"objectType": "Policy", "action": restriction, "objectKey": policy.id} for policy, restriction in found]
        operation = self.operations.begin("", 200, max(1, self.polls), log=log)
        self.world.store.remember(operation.id, operation.content())
        headers = dict(self.operations.headers(call, operation))
        return Answer(202, None, (("Location", headers["Azure-AsyncOperation"]),))

    def _normalised(self, place: Place) -> Place:
        identifier = revisions.normalised(place.id, self.world.store)
        return Place(place.kind, identifier, place.is_collection, place.action)

    def _at(self, call: Call, place: Place) -> Answer:
        if place.action is not None:
            return self._act(call, place)
        if place.is_collection:
            if call.method != "GET":
                raise Refusal(405, "MethodNotAllowed", f"The method '{call.method}' is not allowed on a collection.")
            return self._list(call, place)
        match call.method:
            case "GET" | "HEAD":
                return self._get(call, place)
            case "PUT":
                return self._put(call, place)
            case "PATCH":
                return self._patch(call, place)
            case "DELETE":
                return self._delete(call, place)
            case _:
                raise Refusal(405, "MethodNotAllowed", f"The method '{call.method}' is not allowed.")

    # --- reading --------------------------------------------------------------------------------------------------

    def _found(self, place: Place) -> Entity:
        entity = self.world.store.get(place.id) or (default_policy(place, self.world) if place.kind.is_policy else None)
        if entity is None:
            self._check_parent(place)
            raise behaviour.of(place.kind).absent()
        return entity

    def _check_parent(self, place: Place) -> None:
        if place.parent and self.world.store.get(place.parent) is None:
            parent = place_of(place.parent)
            raise not_found(behaviour.of(parent.kind).title if parent else "resource")

    def _list(self, call: Call, place: Place) -> Answer:
        self._check_parent(place)
        entities = self.world.store.children(place.id)
        default = default_policy(place, self.world) if place.kind.is_policy and not entities else None
        is_listed = behaviour.of(place.kind).is_listed
        listed = (*entities, *((default,) if default else ()))
        shown = [
            contract(entity, self.world, call.query) for entity in listed if is_listed(entity, self.world, call.query)
        ]
        return _listed(call, shown)

    def _get(self, call: Call, place: Place) -> Answer:
        if call.query.get("asyncid"):
            return self._location(call, place)
        _check_policy_name(place)
        entity = self._found(place)
        if place.kind.name == "api" and call.query.get("export", "").lower() == "true":
            return self._export(call, entity)
        tag = (("ETag", entity.etag),)
        if call.method == "HEAD":
            return Answer(204 if place.kind.name in _PRODUCT_LINKS else 200, None, tag)
        return Answer(200, contract(self._shown_as(entity), self.world, call.query), tag)

    def _export(self, call: Call, api: Entity) -> Answer:
        """Answer where the document of an API can be fetched for a while."""
        answered, content, content_type = exported(api, self.world, call.query.get("format", ""))
        link = call.url(f"{PATH}{self.exports.put(content, content_type)}")
        return Answer(200, {"id": self.world.service.full(api.id), "format": answered, "value": {"link": link}})

    def _shown_as(self, entity: Entity) -> Entity:
        """Return the entity that a single answer shows: for a link the one that it leads to, as the service does."""
        found = behaviour.of(kinds.find(entity.resource.kind))
        return (found.linked(entity, self.world) if isinstance(found, LinkBehaviour) else None) or entity

    def _location(self, call: Call, place: Place) -> Answer:
        """Answer the `Location` of a long-running operation."""
        operation = self.operations.poll(call.query["asyncid"])
        if operation.is_pending:
            return Answer(202, None, self.operations.headers(call, operation))
        if operation.error:
            return Answer(400, {"error": operation.error})
        if operation.code == 204:  # noqa: PLR2004 - No Content
            return Answer(204)
        entity = self._found(place)
        body = contract(entity, self.world, {})
        body["properties"] = {**body["properties"], "provisioningState": "Succeeded"}
        return Answer(200, body, (("ETag", entity.etag),))

    # --- writing --------------------------------------------------------------------------------------------------

    def _put(self, call: Call, place: Place) -> Answer:
        _check_policy_name(place)
        self._check_parent(place)
        before = self.world.store.get(place.id)
        seen = before or (default_policy(place, self.world) if place.kind.is_policy else None)
        check_match(call.if_match, seen)
        require_absent(call.if_none_match, before)
        properties = _properties(call.body) if place.kind.has_body else {}
        identifier = before.id if before else place.id
        if place.kind.name == "api" and (first := revisions.number_of_first(identifier, self.world)):
            identifier, properties = revisions.split(identifier)[0], {**properties, "apiRevision": first}
        draft = Draft(place.kind, identifier, properties, before, self.world, call.query)
        return self._written(call, draft, 200 if before else 201)

    def _patch(self, call: Call, place: Place) -> Answer:
        before = self._found(place)
        require_match(call.if_match, before)
        if not place.kind.has_body:
            raise Refusal(405, "MethodNotAllowed", "The method 'PATCH' is not allowed.")
        properties = _merged(before.resource.properties, _properties(call.body, is_patch=True))
        draft = Draft(place.kind, before.id, properties, before, self.world, call.query)
        return self._written(call, draft, 200, is_patch=True)

    def _written(self, call: Call, draft: Draft, status: int, *, is_patch: bool = False) -> Answer:
        """Write a draft and answer with the entity, or with where to ask for the outcome."""
        change = behaviour.of(draft.kind).admit(draft)
        may_be_long = self.polls > 0 and not (is_patch and draft.kind.name not in _PATCHED_LATER)
        is_long = may_be_long and behaviour.of(draft.kind).is_long_running(draft)
        operation = self.operations.begin(draft.id, status, self.polls) if is_long else None
        self.world.store.apply(change, (operation.id, operation.content()) if operation else None)
        entity = self._found(Place(draft.kind, revisions.normalised(draft.id, self.world.store)))
        body = contract(self._shown_as(entity), self.world, call.query)
        tag = ("ETag", entity.etag)
        if operation is None:
            if "put" in draft.kind.long_running:
                body["properties"] = {**body["properties"], "provisioningState": "Succeeded"}
            return Answer(status, body, (tag,))
        body["properties"] = {**body["properties"], "provisioningState": "InProgress"}
        return Answer(status, body, (tag, *self.operations.headers(call, operation)))

    def _delete(self, call: Call, place: Place) -> Answer:
        entity = self.world.store.get(place.id)
        if entity is None:
            self._check_parent(place)
            return Answer(204)
        check = require_match if behaviour.of(place.kind).needs_match else check_match
        check(call.if_match, entity)
        if "delete" not in place.kind.long_running or self.polls == 0:
            self.world.store.apply(behaviour.of(place.kind).gone(entity, self.world, call.query))
            return Answer(204 if "delete" in place.kind.long_running else 200)
        return self._delete_later(call, entity)

    def _delete_later(self, call: Call, entity: Entity) -> Answer:
        """Answer 202 before the outcome; for an API also when the outcome is a failure, as the service does."""
        kind = kinds.find(entity.resource.kind)
        try:
            change = behaviour.of(kind).gone(entity, self.world, call.query)
        except Refusal as refusal:
            if kind.name != "api":
                raise
            operation = self.operations.begin(entity.id, 204, self.polls, refusal)
            self.world.store.remember(operation.id, operation.content())
        else:
            operation = self.operations.begin(entity.id, 204, self.polls)
            self.world.store.apply(change, (operation.id, operation.content()))
        return Answer(202, None, self.operations.headers(call, operation))

    def _act(self, call: Call, place: Place) -> Answer:
        verb = place.action or ""
        act = action_of(place.kind.name, verb)
        if act is None or place.is_collection:
            raise resource_not_found(f"There is no action '{verb}' here.")
        answer = act(self._found(place), self.world)
        if not is_long_running(place.kind.name, verb) or self.polls == 0:
            return answer
        operation = self.operations.begin(place.id, 200, self.polls)
        self.world.store.remember(operation.id, operation.content())
        return Answer(202, answer.body, (*answer.headers, *self.operations.headers(call, operation)))


def _listed(call: Call, items: Sequence[Mapping[str, Any]]) -> Answer:
    found = ordered(filtered(items, call.query.get("$filter")), call.query.get("$orderby"))
    return Answer(200, page(found, call.query, call.url()))


def _check_version(version: str | None, now: str) -> None:
    if not version:
        raise bad_request(
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    match = _VERSION.match(version)
    if match is None or not _OLDEST_VERSION <= match[1] <= max(_NEWEST_VERSION, now[:10]):
        message = (
            f"The api-version '{version}' is invalid. It must be one from '{_OLDEST_VERSION}' on, such as '2024-05-01'."
        )
        raise bad_request("InvalidApiVersionParameter", message)


def _check_policy_name(place: Place) -> None:
    if place.kind.is_policy and place.name.lower() != "policy":
        raise bad_request("BadRequest", "")


def _properties(body: object, *, is_patch: bool = False) -> dict[str, Any]:
    """Return the properties of a body.

    Raises:
        Refusal: the body is no object, or its properties are none.
    """
    if body is None and is_patch:
        return {}
    if not is_object(body):
        raise bad_request("InvalidRequestContent", "The request content was invalid: a JSON object was expected.")
    properties = body.get("properties", {})
    if not is_object(properties):
        raise bad_request("InvalidRequestContent", "The request content was invalid: 'properties' must be an object.")
    return dict(properties) if is_patch else _without_nulls(properties)


def _without_nulls(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - JSON
    """Drop what is null, which ARM treats as absent."""
    if depth > _DEEPEST:
        raise bad_request("InvalidRequestContent", "The request content was invalid: it is nested too deeply.")
    if is_object(value):
        return {name: _without_nulls(item, depth + 1) for name, item in value.items() if item is not None}
    if is_list(value):
        return [_without_nulls(item, depth + 1) for item in value]
    return value


def _merged(before: Mapping[str, Any], patch: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """Lay a patch over properties: objects are merged, all else is replaced, null removes (RFC 7396)."""
    if depth > _DEEPEST:
        raise bad_request("InvalidRequestContent", "The request content was invalid: it is nested too deeply.")
    merged = dict(before)
    for name, value in patch.items():
        old = merged.get(name)
        if value is None:
            merged.pop(name, None)
        elif is_object(value):
            merged[name] = _merged(old if is_object(old) else {}, value, depth + 1)
        else:
            merged[name] = value
    return merged
