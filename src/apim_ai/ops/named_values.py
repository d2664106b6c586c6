"""The named values of a service as operators turn them: read once, written one by one, everything else kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from apim_ai.deploy.live import display_name
from apim_ai.resource import kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.deploy.service import Entity, Service

__all__ = ["NamedValues"]


@dataclass(frozen=True)
class NamedValues:
    """The named values of one service.

    Args:
        service: the control plane.
    """

    service: Service

    @cached_property
    def by_name(self) -> Mapping[str, Entity]:
        """The named values by the name that policies use, as they were when somebody first asked."""
        return {display_name(entity): entity for entity in self.service.list(kinds.find("named_value"))}

    def value(self, name: str) -> str:
        """Return the value of one.

        Raises:
            KeyError: there is none of that name.
        """
        return str(self.by_name[name].properties.get("value", ""))

    def put(self, name: str, value: str) -> None:
        """Give one another value; its tags and what else it has stay.

        Raises:
            KeyError: there is none of that name.
        """
        entity, kind = self.by_name[name], kinds.find("named_value")
        kept = {key: item for key, item in entity.properties.items() if key not in kind.added}
        self.service.put(kind, entity.id, {**kept, "value": value})
