"""Whether the service has what was sent to it: its answer to a write says so, and where that does not, a second look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import stamina

from apim_ai.deploy.comparison import form_of
from apim_ai.deploy.difference import changed_fields, cut, shape_of
from apim_ai.errors import ControlPlaneError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.deploy.difference import FieldChange
    from apim_ai.deploy.service import Entity, Service
    from apim_ai.resource import Kind, Resource

__all__ = ["differing", "verify"]

_TRIES = 4
_PAUSE, _LONGEST = 0.2, 2.0  # seconds between looks at a service that is slow to see its own writes


def verify(kind: Kind, desired: Resource, answer: Entity, service: Service) -> str | None:
    """Look whether a resource is what was sent.

    Args:
        kind: its kind.
        desired: what was sent.
        answer: what the service answered to that.
        service: asked again when the answer says otherwise, for some answers are not complete.

    Returns:
        What is not as it was sent, or None. That does not make the write a failure: some services put what they are
        given into words of their own, and the next plan shows it too.

    Raises:
        ControlPlaneError: the service took the resource and does not have it.
    """
    if not kind.has_body or not differing(kind, desired, answer.properties):
        return None
    try:
        for attempt in stamina.retry_context(on=_OtherError, attempts=_TRIES, wait_initial=_PAUSE, wait_max=_LONGEST):
            with attempt:
                _look(kind, desired, service.get(kind, desired.id))
    except _OtherError as error:
        if error.is_lost:
            raise
        return error.message
    return None


def differing(kind: Kind, desired: Resource, properties: Mapping[str, object]) -> tuple[FieldChange, ...]:
    """Return the declared fields that differ in meaning from what a service answers."""
    form = form_of(kind, desired.id, desired.properties)
    return tuple(changed_fields(form, cut(kind, form_of(kind, desired.id, properties), shape_of(kind, form))))


class _OtherError(ControlPlaneError):
    """The service has something else than was sent, or nothing."""

    is_lost = False


class _LostError(_OtherError):
    """The service has nothing."""

    is_lost = True


def _look(kind: Kind, desired: Resource, found: Entity | None) -> None:
    if found is None:
        raise _LostError(f'the service took "{desired.id}" and does not have it', help="run apim-ai plan again")
    fields = differing(kind, desired, found.properties)
    if fields:
        names = ", ".join(f'"{change.path}"' for change in fields[:3])
        raise _OtherError(f'the service took "{desired.id}" and has something else in {names}')
