"""What ends a section early: a policy's refusal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["INTERNAL_ERROR", "PolicyError", "UnsupportedPolicyError"]

INTERNAL_ERROR = "Internal server error"

_LEAST, _MOST, _INTERNAL = 100, 599, 500


class PolicyError(Exception):
    """A policy or the gateway refuses or fails: control goes to `on-error`.

    Not an `ApimAiError`: this is an event inside an exchange, seen as `context.LastError`, never shown by the CLI.

    Args:
        source: `context.LastError.Source`, the policy's element name or `configuration`, `authorization`, `forward-request` ….
        reason: `context.LastError.Reason`.
        message: `context.LastError.Message`.
        status: status of the default answer; 500 where an expression gave a number that is none.
        body: body of the default answer; by default `{"statusCode": …, "message": …}`.
        body_message: the message in that body where it differs from `message`.
        headers: headers of the default answer.
        status_reason: reason phrase of the default answer where it is not the status's own.
        keeps_response: the response at hand stays the answer (`fail-on-error-status-code`), no default one is made.
    """

    def __init__(
        self,
        source: str,
        reason: str,
        message: str,
        status: int = 500,
        *,
        body: bytes | None = None,
        body_message: str | None = None,
        headers: Iterable[tuple[str, str]] = (),
        status_reason: str = "",
        keeps_response: bool = False,
    ) -> None:
        super().__init__(message)
        self.source = source
        self.reason = reason
        self.message = message
        self.status = status if _LEAST <= status <= _MOST else _INTERNAL
        self.body = body
        self.body_message = body_message
        self.headers = tuple(headers)
        self.status_reason = status_reason
        self.keeps_response = keeps_response
        self.section: str | None = None  # where it happened: filled in by run_all, innermost first
        self.scope: str | None = None
        self.path: str | None = None
        self.policy_id: str | None = None

    @property
    def is_internal(self) -> bool:
        """Whether the caller gets no detail: the default answer is the gateway's own 500 body with an activity id."""
        return self.status == _INTERNAL and self.body is None and self.body_message is None

    def default_body(self) -> bytes:
        """Return the body of the default answer of a refusal."""
        if self.body is not None:
            return self.body
        message = self.message if self.body_message is None else self.body_message
        content = {"statusCode": self.status, "message": message}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


class UnsupportedPolicyError(Exception):
    """A policy was reached that the local gateway does not run. Never a silent skip.

    Args:
        policy: its element name.
        why: what it would need, such as "a Dapr sidecar".
    """

    def __init__(self, policy: str, why: str) -> None:
        super().__init__(f"the local gateway does not run '{policy}': {why}")
        self.policy = policy
        self.why = why
