"""One change, written: guarded by the version that the plan saw."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from apim_ai.deploy.comparison import form_of
from apim_ai.deploy.difference import merged
from apim_ai.deploy.live import is_live
from apim_ai.deploy.service import ChangedError, ForeignError, RejectedError
from apim_ai.deploy.verify import differing, verify
from apim_ai.errors import ControlPlaneError
from apim_ai.resource import Kind, kinds

if TYPE_CHECKING:
    from apim_ai.deploy.ledger import Ledger
    from apim_ai.deploy.plan import Change
    from apim_ai.deploy.service import Entity, Service
    from apim_ai.source import Source, Span

__all__ = ["write"]

_TRIES = 4
_PLACES = re.compile(r"[Ll]ine (\d+), (?:column|position) (\d+)")


def write(change: Change, service: Service, ledger: Ledger) -> str | None:
    """Bring one change about.

    Args:
        change: what to do.
        service: the control plane.
        ledger: what this project declared last time.

    Returns:
        What the service made of it other than was sent, or None.

    Raises:
        ControlPlaneError: the service refused, with the place in the template where it told one; or the resource is
            no longer what the plan saw.
    """
    kind = kinds.find(change.kind)
    try:
        if change.actual is None:
            return _created(change, kind, service)
        return _guarded(change, change.actual, kind, service, ledger)
    except ChangedError as error:
        raise _moved(change) from error
    except RejectedError as error:
        raise _placed(error, change) from error


def _created(change: Change, kind: Kind, service: Service) -> str | None:
    """Create what the plan saw nowhere; what is there by now is left alone, unless it is what we were about to create."""
    for attempt in range(_TRIES):
        try:
            return _verified(change, kind, service.create(kind, change.id, _declared(change)), service)
        except ChangedError:
            current = service.get(kind, change.id)
            if current is not None:
                return _taken_over(change, current, kind, service)
            if attempt == _TRIES - 1:
                raise
    return None


def _taken_over(change: Change, current: Entity, kind: Kind, service: Service) -> str | None:
    """Accept an entity that came into being since the plan: an answer of ours was lost, or the service made a default."""
    declared = _declared(change)
    is_ours = _is_as_declared(change, kind, current)
    if not is_ours and not kind.is_default(current.properties):
        raise ForeignError(
            f'"{change.id}" was created by somebody else since the plan was made',
            span=change.desired.span if change.desired else None,
            help=f"choose another name, or take it over with --adopt {change.id}",
        )
    if not is_ours or kind.write_only(declared):  # what is never answered cannot be compared
        return _verified(change, kind, service.put(kind, change.id, declared, current.etag), service)
    return None


def _is_as_declared(change: Change, kind: Kind, found: Entity) -> bool:
    return change.desired is not None and not differing(kind, change.desired, found.properties)


def _verified(change: Change, kind: Kind, answer: Entity, service: Service) -> str | None:
    return None if change.desired is None else verify(kind, change.desired, answer, service)


def _guarded(change: Change, actual: Entity, kind: Kind, service: Service, ledger: Ledger) -> str | None:
    """Write with the version the plan saw; when only the version moved and not the meaning, once more with the new one."""
    current = actual if actual.etag else _current(change, actual, kind, service)
    if current is None:
        return None
    try:
        return _send(change, current, kind, service, ledger)
    except ChangedError:
        found = service.get(kind, actual.id)
        is_ours = found is not None and _is_as_declared(change, kind, found)  # the answer to our own write was lost
        current = found if is_ours else _current(change, actual, kind, service)
        return None if current is None else _send(change, current, kind, service, ledger)


def _send(change: Change, current: Entity, kind: Kind, service: Service, ledger: Ledger) -> str | None:
    if change.action == "update":
        answer = service.put(kind, change.id, _body(change, current, kind, ledger), current.etag)
        return _verified(change, kind, answer, service)
    service.delete(kind, current.id, current.etag)
    return _created(change, kind, service) if change.action == "recreate" else None


def _current(change: Change, planned: Entity, kind: Kind, service: Service) -> Entity | None:
    """Read a resource again; it must mean what the plan saw.

    Returns:
        The resource, or None when it was to be deleted and is gone.
    """
    current = service.get(kind, planned.id)
    if current is None:
        if change.action == "delete":
            return None
        raise _moved(change)
    if kind.has_body and form_of(kind, change.id, current.properties) != form_of(kind, change.id, planned.properties):
        raise _moved(change)
    return current


def _declared(change: Change) -> dict[str, Any]:
    return dict(change.desired.properties) if change.desired is not None else {}


def _body(change: Change, current: Entity, kind: Kind, ledger: Ledger) -> dict[str, Any]:
    former = ledger.get(change.id)
    body = merged(kind, current.properties, _declared(change), former.shape if former else 1)
    if is_live(change.kind, change.id) and "value" in current.properties:
        body["value"] = current.properties["value"]
    return body


def _moved(change: Change) -> ControlPlaneError:
    return ControlPlaneError(
        f'"{change.id}" was changed by somebody else since the plan was made',
        span=change.desired.span if change.desired else None,
        help="run `apim-ai plan` again and look at the difference",
    )


def _placed(error: RejectedError, change: Change) -> ControlPlaneError:
    """Return the service's error with the place in the template that it is about."""
    source = change.desired.source if change.desired else None
    span = _span(error.message, source) or (change.desired.span if change.desired else None)
    help_ = f"the request's id for support is {error.request_id}" if error.request_id else error.help
    return ControlPlaneError(error.message, span=span, help=help_)


def _span(message: str, source: Source | None) -> Span | None:
    match = _PLACES.search(message) if source is not None else None
    if match is None or source is None:
        return None
    line, column = int(match[1]), int(match[2])
    before = source.text.splitlines(keepends=True)[: line - 1]
    offset = sum(map(len, before)) + column - 1
    return source.span(offset) if offset <= len(source.text) else None
