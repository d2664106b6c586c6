"""APIs, their revisions and versions, and the import of OpenAPI documents.

`apis/shop` is always the current revision, `apis/shop;rev=2` another one; `revisions` makes another one current.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from apim_ai.arm import kinds, revisions
from apim_ai.arm.behaviour.base import Behaviour, Draft
from apim_ai.arm.behaviour.link import links_to
from apim_ai.arm.entity import Change, Entity
from apim_ai.arm.openapi import FORMATS, imported, read
from apim_ai.arm.refusal import Detail, invalid
from apim_ai.resource import Resource
from apim_ai.resource.shape import is_object, relative_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.arm.world import World

__all__ = ["BEHAVIOUR"]

_IMPORT_ONLY = ("format", "value", "wsdlSelector", "translateRequiredQueryParameters")
_KEY_NAMES = {"header": "Ocp-Apim-Subscription-Key", "query": "subscription-key"}
_PATH_TAKEN = (
    "Cannot create API '{0}' with the same Path '{1}' as API '{2}'  unless it's a part of the same version set"
)


class ApiBehaviour(Behaviour):
    """Checks paths, versions and revisions; copies and imports what a PUT asks for."""

    def admit(self, draft: Draft) -> Change:
        """Take over what a version set inside the body, a source or a document gives before the body is checked."""
        draft = _with_version_set(draft)
        format_ = draft.properties.get("format")
        if draft.properties.get("value") is not None:
            if format_ not in FORMATS:
                raise invalid(
                    Detail("format", f"The format '{format_}' cannot be imported by the local control plane.")
                )
            document = read(str(draft.properties["value"]), str(format_))
            keeps_queries = draft.properties.get("translateRequiredQueryParameters") == "query"
            operations = imported(draft.id, document, draft.world.store, keeps_queries=keeps_queries)
            return super().admit(self._with_document(draft, document)) + operations
        return super().admit(draft)

    def complete(self, draft: Draft, properties: dict[str, Any]) -> dict[str, Any]:
        """Fill in what the source, the current revision and the service's defaults say."""
        own = {name: value for name, value in properties.items() if name not in _IMPORT_ONLY}
        source = revisions.source_of(draft.properties, draft.id, draft.world.store) if draft.before is None else None
        inherited = revisions.inherited(source, draft.id, own) if source else {}
        completed = self.with_defaults({**inherited, **own})
        _, number = revisions.split(draft.id)
        completed["apiRevision"] = str(draft.kept("apiRevision") or number or own.get("apiRevision") or "1")
        completed["isCurrent"] = (
            draft.kept("isCurrent") if draft.before else revisions.is_new_api(draft.id, draft.world)
        )
        completed["isOnline"] = True
        completed["path"] = str(completed["path"]).strip("/") if completed.get("path") is not None else None
        names = completed.get("subscriptionKeyParameterNames")
        completed["subscriptionKeyParameterNames"] = {**_KEY_NAMES, **(names if isinstance(names, dict) else {})}
        return {name: value for name, value in completed.items() if value is not None}

    def wrong(self, draft: Draft, properties: dict[str, Any]) -> Iterator[Detail]:
        """Yield field errors, a path or version that is taken, and references that lead nowhere."""
        yield from super().wrong(draft, properties)
        version_set = relative_id(str(properties.get("apiVersionSetId") or ""))
        inside = draft.properties.get("apiVersionSet")
        if is_object(inside):
            yield from _wrong_version_set(draft, inside)
        elif version_set and draft.world.store.get(version_set) is None:
            yield Detail(
                "apiVersionSetId", f"Api Version Set with id '{version_set.rsplit('/', 1)[-1]}' could not be found."
            )
        if properties.get("apiVersion") and not version_set:
            yield Detail("apiVersionSetId", "'apiVersionSetId' must not be empty when 'apiVersion' is set.")
        yield from revisions.wrong(draft.id, draft.properties, properties, draft.world.store)
        yield from self._taken_path(draft, properties)

    def companions(self, draft: Draft, properties: dict[str, Any]) -> Change:
        """Make the version set that the body holds; copy what belongs to the source of a new revision or version."""
        made = _made_version_set(draft, properties)
        if draft.before is not None or not draft.properties.get("sourceApiId"):
            return made
        source = revisions.source_of(draft.properties, draft.id, draft.world.store)
        return made + (revisions.copied(source.id, draft.id, draft.world.store) if source else Change())

    def shown(self, entity: Entity, world: World, query: Mapping[str, str]) -> dict[str, Any]:
        """Show the version set inside the API where the list asks for it."""
        shown = super().shown(entity, world, query)
        version_set = world.store.get(relative_id(str(shown.get("apiVersionSetId") or "")))
        if version_set is None or query.get("expandapiversionset", "").lower() != "true":
            return shown
        own = version_set.resource
        return {
            **shown,
            "apiVersionSet": {
                "id": world.service.full(own.id),
                "name": own.properties.get("displayName"),
                **_scheme(own.properties),
            },
        }

    def gone(self, entity: Entity, world: World, query: Mapping[str, str]) -> Change:
        """Remove a revision, or the API with all its revisions where `deleteRevisions=true` says so."""
        with_revisions = query.get("deleterevisions", "").lower() == "true"
        doomed = revisions.doomed(entity, world.store, with_revisions=with_revisions)
        removed = Change()
        for revision in doomed:
            removed += super().gone(revision, world, query)
        if not entity.resource.properties.get("isCurrent"):
            return removed
        subscriptions = [
            subscription.id
            for subscription in world.store.of("subscription")
            if relative_id(str(subscription.resource.properties.get("scope", ""))).lower() == entity.id.lower()
        ]
        return removed + links_to(entity, world, "product_api") + Change(remove=tuple(subscriptions))

    def _with_document(self, draft: Draft, document: Mapping[str, Any]) -> Draft:
        given = {name: value for name, value in draft.properties.items() if name not in _IMPORT_ONLY}
        info: Mapping[str, Any] = document.get("info") or {}
        from_document = {
            "displayName": draft.kept("displayName") or info.get("title"),
            "description": info.get("description"),
            "serviceUrl": draft.kept("serviceUrl") or document.get("serviceUrl"),
        }
        found = {name: value for name, value in from_document.items() if value}
        return replace(draft, properties={**found, **given})

    def _taken_path(self, draft: Draft, properties: Mapping[str, Any]) -> Iterator[Detail]:
        base, _ = revisions.split(draft.id)
        path = str(properties.get("path", "")).lower()
        version_set = relative_id(str(properties.get("apiVersionSetId") or "")).lower()
        for other in draft.world.store.with_value("api", "path", path):
            theirs = other.resource.properties
            if revisions.split(other.id)[0].lower() == base.lower():
                continue
            shares_set = version_set and relative_id(str(theirs.get("apiVersionSetId") or "")).lower() == version_set
            if not shares_set:
                yield Detail("path", _PATH_TAKEN.format(draft.name, properties.get("path", ""), other.resource.name))
                return
            if theirs.get("apiVersion") == properties.get("apiVersion"):
                yield Detail(
                    "apiVersion",
                    f"Api Version '{properties.get('apiVersion') or 'Original'}' already exists in the version set.",
                )
                return


def _with_version_set(draft: Draft) -> Draft:
    """Return a draft that names its version set by an id: the one inside the body, the one it had, or that of a new one."""
    inside = draft.properties.get("apiVersionSet")
    if not is_object(inside):
        return draft
    kept = {name: value for name, value in draft.properties.items() if name != "apiVersionSet"}
    known = inside.get("id") or kept.get("apiVersionSetId") or draft.kept("apiVersionSetId")
    if known:
        return replace(draft, properties={**kept, "apiVersionSetId": known})
    identifier = f"/apiVersionSets/{draft.world.make_key()[:24]}"
    return replace(draft, properties={**draft.properties, "apiVersionSetId": identifier})


def _wrong_version_set(draft: Draft, inside: Mapping[str, Any]) -> Iterator[Detail]:
    """Yield what is wrong with a version set that is to be made together with the API."""
    kind = kinds.find("version_set")
    properties = {"displayName": inside.get("name"), **_scheme(inside)}
    from apim_ai.arm import behaviour  # noqa: PLC0415 - the registry imports this module

    yield from behaviour.of(kind).wrong(replace(draft, kind=kind, before=None), properties)


def _made_version_set(draft: Draft, properties: Mapping[str, Any]) -> Change:
    inside = draft.properties.get("apiVersionSet")
    if not is_object(inside):
        return Change()
    made = {"displayName": inside.get("name"), **_scheme(inside)}
    return Change((Resource("version_set", relative_id(str(properties["apiVersionSetId"])), made),))


def _scheme(properties: Mapping[str, Any]) -> dict[str, Any]:
    names = ("description", "versioningScheme", "versionQueryName", "versionHeaderName")
    return {name: properties[name] for name in names if properties.get(name)}


BEHAVIOUR = ApiBehaviour
