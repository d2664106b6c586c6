"""Diagnostics: what is sent to a logger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from apim_ai.arm.behaviour.base import Behaviour, Draft
from apim_ai.arm.fields import Field
from apim_ai.arm.refusal import Detail
from apim_ai.resource.shape import relative_id

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BEHAVIOUR", "DiagnosticBehaviour"]

_NAMES = ("applicationinsights", "azuremonitor", "local")


class DiagnosticBehaviour(Behaviour):
    """Only a few names are allowed, and the logger must be there."""

    fields: ClassVar[tuple[Field, ...]] = (
        Field("loggerId", required=True),
        Field("alwaysLog", choices=("allErrors",)),
        Field("sampling.samplingType", choices=("fixed",)),
        Field("sampling.percentage", "number", least=0, most=100),
        Field("logClientIp", "boolean"),
        Field("metrics", "boolean"),
        Field("httpCorrelationProtocol", choices=("None", "Legacy", "W3C")),
        Field("verbosity", choices=("verbose", "information", "error")),
        Field("operationNameFormat", choices=("Name", "Url")),
        Field("frontend.request.body.bytes", "integer", least=0, most=8192),
        Field("frontend.response.body.bytes", "integer", least=0, most=8192),
        Field("backend.request.body.bytes", "integer", least=0, most=8192),
        Field("backend.response.body.bytes", "integer", least=0, most=8192),
    )

    def wrong(self, draft: Draft, properties: dict[str, Any]) -> Iterator[Detail]:
        """Yield field errors, a name that means nothing, and a logger that is not there."""
        yield from super().wrong(draft, properties)
        if draft.name.lower() not in _NAMES:
            yield Detail("name", f"Diagnostic '{draft.name}' is not one of: {', '.join(_NAMES)}.")
        logger = relative_id(str(properties.get("loggerId") or ""))
        if logger and draft.world.store.get(logger) is None:
            yield Detail("loggerId", f"Logger with id '{logger.rsplit('/', 1)[-1]}' could not be found.")


BEHAVIOUR = DiagnosticBehaviour
