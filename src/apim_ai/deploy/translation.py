"""From the SDK's exceptions to our errors, with what to do about them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)

from apim_ai.deploy.service import BusyError, ChangedError, Detail, RejectedError, UnreachableError
from apim_ai.errors import ApimAiError, ControlPlaneError, CredentialError
from apim_ai.resource.shape import is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.deploy.target import Target

__all__ = ["reason_of", "translated"]

_BUSY_CODES = frozenset({"PessimisticConcurrencyConflict", "ManagementApiRequestFailed"})
_ATTEMPTED = re.compile(r"^\s+(\w+)Credential: ", re.MULTILINE)
_BUSY_TEXT = "operation on the api is in progress"
_CONTRIBUTOR = "API Management Service Contributor"
_READER = "API Management Service Reader Role"


def translated(error: Exception, target: Target) -> ApimAiError:
    """Return the error of ours that an exception of the SDK stands for."""
    match error:
        case ClientAuthenticationError():
            return _unauthorized(target, _first_line(error)) if error.status_code == 401 else _no_credential(error)  # noqa: PLR2004 - HTTP
        case HttpResponseError() if error.response is not None:
            return _rejected(error, target)
        case ServiceRequestError() | ServiceResponseError():
            return UnreachableError(
                f'the control plane "{target.url}" cannot be reached: {reason_of(error)}',
                help="start it with `apim-ai up`"
                if target.is_local
                else "check the network, the proxy and the address",
            )
        case ValueError():
            return ControlPlaneError(
                f'the control plane "{target.url}" answered something that is not JSON',
                help="is this the address of a control plane, not of a gateway?",
            )
        case _:
            return ControlPlaneError(f"the control plane failed: {_first_line(error)}")


def _rejected(error: HttpResponseError, target: Target) -> ApimAiError:
    status = error.status_code or 0
    document = _document(error)
    code, message = str(document.get("code") or ""), str(document.get("message") or "").strip()
    details = tuple(_details(document))
    request_id = _header(error, "x-ms-correlation-request-id") or _header(error, "x-ms-request-id")
    said = "; ".join(detail.message for detail in details if detail.message) or message or f"HTTP status {status}"
    if status == 401:  # noqa: PLR2004 - HTTP
        return _unauthorized(target, said)
    if status == 403:  # noqa: PLR2004 - HTTP
        return _forbidden(target, said)
    said = said.replace("\r\n", " ").strip()
    prefix = f"{code}: " if code else ""
    kind = _kind(status, code, message)
    return kind(f"{prefix}{said}", status=status, code=code, details=details, request_id=request_id)


def _kind(status: int, code: str, message: str) -> type[RejectedError]:
    if status == 412:  # noqa: PLR2004 - HTTP
        return ChangedError
    return BusyError if code in _BUSY_CODES or _BUSY_TEXT in message.lower() else RejectedError


def _unauthorized(target: Target, said: str) -> CredentialError:
    if target.is_local:
        return CredentialError(
            "the local control plane does not accept this token",
            help="take the token from the ready line of `apim-ai up --format json`, or leave --token out",
        )
    return CredentialError(
        f"Azure does not accept the credential: {said}",
        help="sign in again (`az login`), or check the tenant of the environment",
    )


def _forbidden(target: Target, said: str) -> CredentialError:
    return CredentialError(
        f"the credential may not do this: {said}",
        help=f'grant "{_CONTRIBUTOR}" on {target.id} to deploy, or "{_READER}" to plan and to look for drift',
    )


def _no_credential(error: Exception) -> CredentialError:
    tried = ", ".join(_ATTEMPTED.findall(str(error)))
    reason = f"none of these could be used: {tried}" if tried else _first_line(error).partition(". ")[0].rstrip(".")
    return CredentialError(
        f"no usable Azure credential: {reason}",
        help="sign in with `az login`, or set up workload identity federation in the pipeline",
    )


def _document(error: HttpResponseError) -> Mapping[str, Any]:
    """Return the error object of an answer, also of a long-running operation that failed."""
    try:
        found: object = json.loads(error.response.text()) if error.response is not None else None
    except (ValueError, AttributeError):
        return {}
    inner: object = found.get("error", found) if is_object(found) else None
    return inner if is_object(inner) else {}


def _details(document: Mapping[str, Any]) -> list[Detail]:
    found = document.get("details")
    items = found if is_list(found) else ()
    return [
        Detail(str(item.get("target") or ""), str(item.get("message") or "").strip())
        for item in items
        if is_object(item)
    ]


def _header(error: HttpResponseError, name: str) -> str | None:
    headers = getattr(error.response, "headers", None)
    return headers.get(name) if headers is not None else None


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def reason_of(error: BaseException) -> str:
    """Return in a few words why a connection failed, which the libraries wrap several times."""
    seen: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in seen:
        seen.append(current)
        inner = (getattr(current, "inner_exception", None), getattr(current, "reason", None), *current.args)
        causes = (*inner, current.__cause__, current.__context__)
        current = next((cause for cause in causes if isinstance(cause, BaseException) and cause not in seen), None)
    for each in reversed(seen):
        if isinstance(each, OSError) and each.strerror:
            return each.strerror.lower()
    words = _first_line(seen[-1])
    return words.rpartition(": ")[2].rstrip("').") or words
