"""Users, who own subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.arm.behaviour.base import Behaviour, Draft
from apim_ai.arm.behaviour.link import links_to
from apim_ai.arm.entity import Change, Entity
from apim_ai.arm.refusal import Detail, Refusal, bad_request
from apim_ai.resource.shape import relative_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.arm.world import World

__all__ = ["BEHAVIOUR"]

_ADMINISTRATOR = "users/1"


class UserBehaviour(Behaviour):
    """Each email belongs to one user; a user with subscriptions goes only together with them."""

    def complete(self, draft: Draft, properties: dict[str, Any]) -> dict[str, Any]:
        """Add the day of registration; passwords are not kept, for nobody signs in here."""
        kept = {name: value for name, value in properties.items() if name not in {"password", "confirmation"}}
        registered = draft.kept("registrationDate") or draft.world.now()
        identities = draft.kept("identities") or [{"provider": "Basic", "id": kept.get("email", "")}]
        return {**self.with_defaults(kept), "registrationDate": registered, "identities": identities}

    def wrong(self, draft: Draft, properties: dict[str, Any]) -> Iterator[Detail]:
        """Yield field errors and an email that is taken."""
        yield from super().wrong(draft, properties)
        same = draft.world.store.with_value("user", "email", properties.get("email", ""))
        if any(other.id.lower() != draft.id.lower() for other in same):
            yield Detail("email", "A user with this email already exists.")

    def shown(self, entity: Entity, world: World, query: Mapping[str, str]) -> dict[str, Any]:
        """Name the groups where the list asks for them."""
        shown = super().shown(entity, world, query)
        if query.get("expandgroups", "").lower() != "true":
            return shown
        name = entity.resource.name.lower()
        links = (link for link in world.store.of("group_user") if link.resource.name.lower() == name)
        groups = (world.store.get(link.resource.parent) for link in links)
        return {**shown, "groups": [dict(group.resource.properties) for group in groups if group]}

    def gone(self, entity: Entity, world: World, query: Mapping[str, str]) -> Change:
        """Remove the user, and with `deleteSubscriptions=true` the subscriptions."""
        if entity.id == _ADMINISTRATOR:
            raise Refusal(405, "MethodNotAllowed", "The administrator cannot be deleted.")
        owned = [
            subscription.id
            for subscription in world.store.of("subscription")
            if relative_id(str(subscription.resource.properties.get("ownerId", ""))).lower() == entity.id.lower()
        ]
        if owned and query.get("deletesubscriptions", "").lower() != "true":
            raise bad_request("ValidationError", "User cannot be deleted since it has existing subscriptions.")
        links = links_to(entity, world, "group_user")
        return super().gone(entity, world, query) + links + Change(remove=tuple(owned))


BEHAVIOUR = UserBehaviour
