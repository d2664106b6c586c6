"""Who turned which limit, when and why: kept in the service, beside the limits.

The entries lie in named values `apimai-<stack>-audit-<n>`. The last one is written until it is full, then the next
number is begun and the oldest is taken away, so noting a change is one write.
"""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from apim_ai.deploy.ledger import LIMIT, own_prefix
from apim_ai.errors import ControlPlaneError
from apim_ai.resource import kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from apim_ai.deploy.service import Entity, Service

__all__ = ["Audit", "Note"]

_MOST_PARTS = 8


@dataclass(frozen=True, slots=True)
class Note:
    """One change that an operator made.

    Args:
        at: ISO 8601 in UTC.
        by: who.
        what: such as `tier gold` or `subscription bot`.
        before: the former value.
        after: the new value.
        until: when it ends by itself, ISO 8601.
        reason: why.
    """

    at: str
    by: str
    what: str
    before: Mapping[str, int] | str | None
    after: Mapping[str, int] | str | None
    until: str | None = None
    reason: str | None = None


class Audit:
    """The notes of one stack.

    Args:
        stack: the project's name.
        named_values: of the service, as they were read.

    Raises:
        ControlPlaneError: a part is damaged.
    """

    def __init__(self, stack: str, named_values: Iterable[Entity]) -> None:
        self._prefix = f"{own_prefix(stack)}audit-"
        pattern = re.compile(rf"{re.escape(self._prefix)}(\d+)\Z")
        self._parts: dict[int, tuple[Note, ...]] = {}
        for entity in named_values:
            match = pattern.match(entity.id.rsplit("/", 1)[-1])
            if match:
                self._parts[int(match[1])] = _unpacked(match[0], str(entity.properties.get("value", "")))

    @property
    def notes(self) -> tuple[Note, ...]:
        """All notes, newest first."""
        return tuple(note for number in sorted(self._parts, reverse=True) for note in reversed(self._parts[number]))

    def add(self, notes: Iterable[Note], service: Service) -> None:
        """Note changes."""
        added = tuple(notes)
        if not added:
            return
        number = max(self._parts, default=0)
        grown = (*self._parts.get(number, ()), *added)
        if len(_packed(grown)) > LIMIT:
            number, grown = number + 1, added
        self._parts[number] = grown
        name = f"{self._prefix}{number}"
        properties = {"displayName": name, "value": _packed(grown), "secret": False}
        service.put(kinds.find("named_value"), f"namedValues/{name}", properties)
        for old in sorted(self._parts)[:-_MOST_PARTS]:
            service.delete(kinds.find("named_value"), f"namedValues/{self._prefix}{old}")
            del self._parts[old]


def _packed(notes: Iterable[Note]) -> str:
    items = [asdict(note) for note in notes]
    text = json.dumps(items, separators=(",", ":"), ensure_ascii=False)
    return b64encode(zlib.compress(text.encode(), 9)).decode()


def _unpacked(name: str, text: str) -> tuple[Note, ...]:
    try:
        items: list[Any] = json.loads(zlib.decompress(b64decode(text)))
        return tuple(Note(**item) for item in items)
    except (ValueError, TypeError, zlib.error) as error:
        raise ControlPlaneError(f'the named value "{name}", in which apim-ai keeps its audit, is damaged') from error
