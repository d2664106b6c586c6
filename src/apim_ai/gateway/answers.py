"""The gateway's own answers: what a caller gets when a policy or the gateway itself refuses or fails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from apim_ai.expression.context import LastError
from apim_ai.message import REASONS, Body, Headers, Response
from apim_ai.runtime.errors import INTERNAL_ERROR, PolicyError

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange, UnsupportedPolicyError

__all__ = ["default_answer", "internal_error", "last_error", "not_found", "unsupported_answer"]

JSON = "application/json"
INTERNAL_STATUS = 500
UNSUPPORTED_STATUS = 501


def not_found() -> PolicyError:
    """Return the refusal of a request that no operation is for.

    Source: error-handling page, predefined errors for built-in steps; a wrong method on a known path is the same.
    """
    message = "Unable to match incoming request to an operation."
    return PolicyError("configuration", "OperationNotFound", message, 404, body_message="Resource not found")


def default_answer(error: PolicyError, exchange: Exchange) -> Response:
    """Return the answer that goes out unless `on-error` makes another one."""
    if error.is_internal:
        response = internal_error(exchange, error.status)
    else:
        response = Response.of_json(error.status, error.default_body())
    response.reason = error.status_reason or REASONS.get(error.status, "")
    for name, value in error.headers:
        response.headers.set(name, value)
    return response


def internal_error(exchange: Exchange, status: int = INTERNAL_STATUS) -> Response:
    """Return the answer of an internal error; setting `errors.internal_body_has_activity_id`."""
    content: dict[str, object] = {"statusCode": status, "message": INTERNAL_ERROR}
    if exchange.settings.errors_internal_body_has_activity_id:
        content["activityId"] = exchange.context.request_id
    return Response.of_json(status, json.dumps(content, separators=(",", ":")).encode())


def last_error(error: PolicyError, exchange: Exchange) -> LastError:
    """Return what `context.LastError` shows of an error."""
    return LastError(
        error.source,
        error.reason,
        error.message,
        error.scope,
        error.section or exchange.section,
        error.path,
        error.policy_id,
    )


def unsupported_answer(error: UnsupportedPolicyError) -> Response:
    """Return the answer when a policy was reached that the local gateway does not run."""
    content = {"statusCode": UNSUPPORTED_STATUS, "message": str(error)}
    body = Body(json.dumps(content, separators=(",", ":")).encode())
    return Response(UNSUPPORTED_STATUS, "", Headers([("Content-Type", JSON)]), body)
