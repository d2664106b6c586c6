"""Refusals: what the control plane answers instead of doing what was asked, in ARM's error envelope.

Texts and codes are those that were seen of the service where its documentation or public reports show them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from apim_ai.resource.fields import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from apim_ai.resource.fields import Field

__all__ = [
    "Detail",
    "Refusal",
    "bad_request",
    "conflict",
    "in_use",
    "invalid",
    "modified",
    "not_found",
    "resource_not_found",
    "unfinished",
    "wrong_fields",
]

_INCORRECT = "One or more fields contain incorrect values:"


@dataclass(frozen=True, slots=True)
class Detail:
    """One of the things that are wrong.

    Args:
        target: the field, or for policies the element.
        message: what is wrong with it.
    """

    target: str
    message: str


def wrong_fields(properties: Mapping[str, Any], fields: Iterable[Field]) -> Iterator[Detail]:
    """Yield what is wrong with properties, field by field."""
    return (Detail(wrong.at, wrong.message) for wrong in check(properties, fields))


class Refusal(Exception):  # noqa: N818 - an answer, not a failure of ours
    """The control plane says no.

    Not an `ApimAiError`: it is an HTTP answer to whoever called, not an error of the running command.

    Args:
        status: HTTP status.
        code: ARM's error code.
        message: ARM's message.
        details: what is wrong, field by field.
        headers: further response headers, such as `Retry-After`.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: Iterable[Detail] = (),
        headers: Iterable[tuple[str, str]] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = tuple(details)
        self.headers = tuple(headers)

    @property
    def body(self) -> dict[str, Any]:
        """The error envelope."""
        return {"error": self.error}

    @property
    def error(self) -> dict[str, Any]:
        """The error object, as it also stands in a failed long-running operation."""
        details = [
            {"code": "ValidationError", "target": detail.target, "message": detail.message} for detail in self.details
        ]
        return {"code": self.code, "message": self.message, "details": details or None}


def not_found(noun: str) -> Refusal:
    """Return the 404 of an entity, such as `API not found.`."""
    return Refusal(404, "ResourceNotFound", f"{noun[0].upper()}{noun[1:]} not found.")


def resource_not_found(message: str, code: str = "ResourceNotFound") -> Refusal:
    """Return the 404 of ARM itself, for what lies above or beside the service."""
    return Refusal(404, code, message)


def invalid(*details: Detail) -> Refusal:
    """Return the 400 that lists what is wrong with the fields of a body."""
    return Refusal(400, "ValidationError", _INCORRECT, details)


def in_use(noun: str, name: str, users: Iterable[str]) -> Refusal:
    """Return the 400 of a delete that others stand in the way of, with their ids below the service."""
    listed = "".join(f"/{user}\r\n" for user in users)
    return Refusal(400, "ValidationError", f"The {noun} '{name}' is used by the following entities:\r\n{listed}")


def bad_request(code: str, message: str) -> Refusal:
    """Return a 400 that is about no field."""
    return Refusal(400, code, message)


def conflict(message: str, code: str = "Conflict") -> Refusal:
    """Return a 409."""
    return Refusal(409, code, message)


def modified() -> Refusal:
    """Return the 412 of an ETag that is not the entity's."""
    return Refusal(412, "PreconditionFailed", "Resource was modified since last retrieval.")


def unfinished() -> Refusal:
    """Return the 409 of an API on which another operation is still running."""
    return conflict("Operation on the API is in progress", "PessimisticConcurrencyConflict")
