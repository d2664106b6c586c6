from __future__ import annotations

import json
from typing import Any

import pytest
from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError, ServiceRequestError

from apim_ai.deploy.service import BusyError, ChangedError, RejectedError, UnreachableError
from apim_ai.deploy.target import Target
from apim_ai.deploy.translation import reason_of, translated
from apim_ai.errors import ControlPlaneError, CredentialError

LOCAL = Target("s", "g", "n", url="http://127.0.0.1:1", token="t")
AZURE = Target("s", "g", "n")


class Response:
    """What the SDK's errors hold."""

    def __init__(self, status: int, text: str, headers: dict[str, str] | None = None) -> None:
        self.status_code = status
        self.reason = "Reason"
        self.headers = headers or {}
        self._text = text

    def text(self) -> str:
        return self._text


def http(status: int, body: Any = None, **headers: str) -> HttpResponseError:
    text = body if isinstance(body, str) else json.dumps({"error": body or {}})
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponseError(response=Response(status, text, names))  # pyright: ignore[reportArgumentType] - a stand-in


def test_the_details_are_the_message() -> None:
    body = {
        "code": "ValidationError",
        "message": "One or more fields contain incorrect values:",
        "details": [
            {"code": "ValidationError", "target": "x", "message": "Error in element 'x' on line 2, column 3: no."}
        ],
    }
    error = translated(http(400, body, x_ms_correlation_request_id="r-1"), LOCAL)
    assert isinstance(error, RejectedError)
    assert error.message == "ValidationError: Error in element 'x' on line 2, column 3: no."
    assert (error.status, error.request_id, error.details[0].target) == (400, "r-1", "x")


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (412, {"code": "PreconditionFailed"}, ChangedError),
        (412, {"code": "ValidationError", "message": "Resource was modified since last retrieval."}, ChangedError),
        (409, {"code": "PessimisticConcurrencyConflict"}, BusyError),
        (409, {"code": "Conflict", "message": "Operation on the API is in progress"}, BusyError),
        (422, {"code": "ManagementApiRequestFailed"}, BusyError),
        (200, {"code": "PessimisticConcurrencyConflict"}, BusyError),
        (409, {"code": "Conflict", "message": "name taken"}, RejectedError),
        (400, "<html>", RejectedError),
        (500, "", RejectedError),
        (400, "[]", RejectedError),
        (400, '{"error": "text"}', RejectedError),
    ],
)
def test_what_an_answer_means(status: int, body: Any, kind: type[Exception]) -> None:
    assert type(translated(http(status, body), LOCAL)) is kind


def test_credentials() -> None:
    local = translated(http(401), LOCAL)
    assert isinstance(local, CredentialError)
    assert "apim-ai up" in (local.help or "")
    role = translated(http(403, {"message": "no"}), AZURE)
    assert isinstance(role, CredentialError)
    assert "API Management Service Contributor" in (role.help or "")
    assert AZURE.id in (role.help or "")
    nobody = translated(
        ClientAuthenticationError("x failed.\n\tAzureCliCredential: not found\n\tBrokerCredential: no"), AZURE
    )
    assert "AzureCli, Broker" in str(nobody)


def test_a_connection_that_fails_is_said_in_few_words() -> None:
    cause = ConnectionRefusedError(111, "Connection refused")
    outer = ServiceRequestError("HTTPConnectionPool(host=…): Max retries exceeded")
    outer.__cause__ = RuntimeError("wrapped")
    outer.__cause__.__cause__ = cause
    error = translated(outer, LOCAL)
    assert isinstance(error, UnreachableError)
    assert error.message == 'the control plane "http://127.0.0.1:1" cannot be reached: connection refused'


def test_anything_else_is_of_our_tree() -> None:
    assert type(translated(AzureError("odd"), LOCAL)) is ControlPlaneError
    assert "not JSON" in str(translated(ValueError("Expecting value"), LOCAL))


def test_the_reason_is_that_of_the_system_however_often_it_was_wrapped() -> None:
    error = ConnectionError("all attempts failed")
    error.__cause__ = ConnectionRefusedError(111, "Connection refused")
    assert reason_of(error) == "connection refused"
