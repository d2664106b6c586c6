"""What the control plane would refuse of a case's resources, asked without any server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from apim_ai.arm import Service, Store, World
from apim_ai.arm.call import Call
from apim_ai.arm.plane import Plane

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.finding import Finding
    from apim_ai.resource import Resource, Resources

__all__ = ["refusals"]

_KINDS = ("named_value", "backend", "version_set", "api", "operation", "product")
"""What is put, in an order in which nothing names what is not there yet. Documents have a check of their own."""
_VERSION = "2024-05-01"
_FIRST_ERROR = 400


def refusals(resources: Resources) -> Iterator[str]:
    """Yield what the service would answer to resources that it does not take, with their places."""
    plane = Plane(World(Store(), _accept), polls=0)
    for kind in _KINDS:
        for resource in sorted(resources.of(kind), key=_is_pool):
            if resource.id.startswith("workspaces/"):  # which the local control plane does not have
                continue
            path = f"{Service().id}/{resource.id}"
            answer = plane.answer(
                Call("PUT", path, {"api-version": _VERSION}, {"properties": dict(resource.properties)})
            )
            if answer.status >= _FIRST_ERROR:
                yield f"{resource.span or resource.id}: {_words(answer.body)}"


def _is_pool(resource: Resource) -> bool:
    """Whether it names others of its kind, which then come first."""
    return "pool" in resource.properties


def _accept(kind: str, identifier: str, text: str, format_: str, resources: Resources) -> tuple[Finding, ...]:  # noqa: ARG001 - the protocol's
    """Take every document: they are judged by themselves."""
    return ()


def _words(body: Mapping[str, Any] | None) -> str:
    error = cast("Mapping[str, Any]", (body or {}).get("error") or {})
    details = cast("list[Mapping[str, Any]]", error.get("details") or [])
    return " ".join(str(each.get("message", "")) for each in (error, *details))
