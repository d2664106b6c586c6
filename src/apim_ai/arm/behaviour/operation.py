"""Operations of an API."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from apim_ai.arm.behaviour.base import Behaviour, Draft
from apim_ai.arm.refusal import Detail
from apim_ai.resource.shape import find

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BEHAVIOUR"]

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_UNDECLARED = (
    "All template parameters used in the UriTemplate must be defined in the Operation, and all template parameters "
    "defined in the Operation must be used in the UriTemplate."
)


class OperationBehaviour(Behaviour):
    """Template and parameters must agree; no two operations may answer the same."""

    noun: ClassVar[str | None] = "operation"

    def wrong(self, draft: Draft, properties: dict[str, Any]) -> Iterator[Detail]:
        """Yield field errors, parameters that do not fit the template, and a twin."""
        yield from super().wrong(draft, properties)
        path, _, query = str(properties.get("urlTemplate", "")).partition("?")
        in_path, in_query = _names(path), _names(query)
        declared = {str(name).lower() for name in find(properties, "templateParameters[].name")}
        if in_path - declared or declared - in_path - in_query:
            yield Detail("templateParameters", _UNDECLARED)
        wanted = _route(properties)
        for other in draft.world.store.children(f"{draft.parent}/operations"):
            if other.id.lower() != draft.id.lower() and _route(other.resource.properties) == wanted:
                message = "Operation with the same method and URL template already exists"
                yield Detail("urlTemplate", f"{message}: '{other.resource.name}'.")
                return


def _names(template: str) -> set[str]:
    return {name.lstrip("*").lower() for name in _PLACEHOLDER.findall(template)} - {""}


def _route(properties: Any) -> tuple[str, str]:  # noqa: ANN401 - JSON
    return str(properties.get("method", "")).upper(), _shape(str(properties.get("urlTemplate", "")))


@lru_cache(maxsize=20_000)  # each write of an operation looks at all others of its API
def _shape(template: str) -> str:
    return _PLACEHOLDER.sub("{}", template).rstrip("/").lower()


BEHAVIOUR = OperationBehaviour
