"""What policies and fragments share: the document is checked before it is stored, and printed anew for every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from apim_ai.arm.behaviour.base import Behaviour, Draft
from apim_ai.arm.refusal import Detail, bad_request
from apim_ai.arm.serialise import serialise
from apim_ai.arm.wording import details

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.arm.entity import Entity
    from apim_ai.arm.world import World
    from apim_ai.document import Format

__all__ = ["DocumentBehaviour", "PolicyBehaviour"]

_FORMATS = ("xml", "rawxml")
_LINKS = ("xml-link", "rawxml-link")


class DocumentBehaviour(Behaviour):
    """Checks and prints a policy document."""

    def complete(self, draft: Draft, properties: dict[str, Any]) -> dict[str, Any]:
        """Say the format, which is `xml` where nothing is said."""
        del draft
        return {**properties, "format": str(properties.get("format") or "xml").lower()}

    def wrong(self, draft: Draft, properties: dict[str, Any]) -> Iterator[Detail]:
        """Yield field errors, else what is wrong with the document."""
        wrong_fields = tuple(super().wrong(draft, properties))
        yield from wrong_fields
        if wrong_fields:
            return
        text, format_ = properties["value"], properties["format"]
        if not text.strip():
            yield Detail("value", "'value' must not be empty.")
            return
        world = draft.world
        findings = world.validate(self.kind.name, draft.id, text, format_, world.store.resources())
        errors = [finding for finding in findings if finding.severity == "error"]
        if errors:
            yield from details(errors, text, format_)

    def shown(self, entity: Entity, world: World, query: Mapping[str, str]) -> dict[str, Any]:
        """Print the document in the format that is asked for, `xml` where nothing is."""
        properties = entity.resource.properties
        wanted = query.get("format") or "xml"
        if wanted not in _FORMATS:
            raise bad_request("ValidationError", f"The format '{wanted}' is not supported. Use 'xml' or 'rawxml'.")
        written = cast("Format", properties["format"])
        value = serialise(properties["value"], written, wanted, world.policy_style)
        return {**properties, "format": wanted, "value": value}


class PolicyBehaviour(DocumentBehaviour):
    """The policy of a scope."""

    noun: ClassVar[str | None] = "policy"

    def wrong(self, draft: Draft, properties: dict[str, Any]) -> Iterator[Detail]:
        """Refuse links too: a local control plane fetches nothing."""
        if properties.get("format") in _LINKS:
            yield Detail("format", "The local control plane does not fetch links; send the document itself.")
            return
        yield from super().wrong(draft, properties)
