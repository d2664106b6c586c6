"""Loggers, diagnostics, caches and certificates."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from .conftest import AT, Plane, error_of, raw, wire

INSIGHTS = {"loggerType": "applicationInsights", "credentials": {"instrumentationKey": "must-not-be-seen"}}


def logger(sdk: Any, name: str = "log", properties: dict[str, Any] = INSIGHTS) -> Any:
    return sdk.logger.create_or_update(*AT, name, wire(properties))


def targets(call: Any, *arguments: Any) -> list[str]:
    with pytest.raises(HttpResponseError) as caught:
        call(*arguments)
    assert (caught.value.status_code, error_of(caught).code) == (400, "ValidationError")
    return [detail.target for detail in error_of(caught).details]


def made_values(sdk: Any) -> list[str]:
    found = sdk.named_value.list_by_service(*AT, filter="startswith(displayName,'Logger-Credentials--')")
    return [value.name for value in found]


def test_credentials_of_a_logger_become_a_secret_named_value(sdk: Any) -> None:
    key = logger(sdk).credentials["instrumentationKey"]
    (name,) = made_values(sdk)
    assert key == f"{{{{{name}}}}}"
    value = sdk.named_value.get(*AT, name)
    assert (value.secret, value.value) == (True, None)
    assert sdk.named_value.list_value(*AT, name).value == "must-not-be-seen"
    assert "must-not-be-seen" not in str(sdk.logger.get(*AT, "log", cls=raw))


def test_a_patched_logger_keeps_its_credentials_and_a_removed_one_takes_them_along(sdk: Any) -> None:
    before = logger(sdk).credentials
    assert sdk.logger.update(*AT, "log", "*", {"description": "D"}).credentials == before
    assert len(made_values(sdk)) == 1
    sdk.logger.delete(*AT, "log", "*")
    assert made_values(sdk) == []


def test_loggers_that_are_refused(sdk: Any) -> None:
    assert targets(logger, sdk, "x", {"credentials": {"a": "b"}}) == ["loggerType"]
    assert targets(logger, sdk, "x", {"loggerType": "console"}) == ["loggerType", "credentials"]
    assert targets(logger, sdk, "x", {"loggerType": "azureEventHub"}) == ["credentials"]
    assert targets(logger, sdk, "x", {"loggerType": "azureEventHub", "credentials": {"name": "{{none}}"}}) == [
        "credentials"
    ]
    assert made_values(sdk) == []


def test_a_logger_with_a_named_value_of_ones_own(sdk: Any) -> None:
    sdk.named_value.begin_create_or_update(*AT, "key", {"display_name": "key", "value": "k", "secret": True}).result()
    own = {"loggerType": "azureEventHub", "credentials": {"name": "hub", "connectionString": "{{key}}"}}
    assert logger(sdk, "hub", own).credentials == own["credentials"]
    with pytest.raises(HttpResponseError) as caught:
        sdk.named_value.delete(*AT, "key", "*")
    assert "/loggers/hub" in error_of(caught).message


def test_a_diagnostic_there_and_back(sdk: Any) -> None:
    logger(sdk)
    body = {
        "logger_id": "/loggers/log",
        "always_log": "allErrors",
        "sampling": {"sampling_type": "fixed", "percentage": 25.5},
        "frontend": {"request": {"headers": ["x"], "body": {"bytes": 512}}},
        "backend": {"response": {"body": {"bytes": 8192}}},
        "log_client_ip": True,
        "http_correlation_protocol": "W3C",
        "verbosity": "error",
        "metrics": True,
    }
    sdk.diagnostic.create_or_update(*AT, "applicationinsights", body)
    diagnostic = sdk.diagnostic.get(*AT, "applicationinsights")
    assert (diagnostic.sampling.percentage, diagnostic.frontend.request.body.bytes) == (25.5, 512)
    assert (diagnostic.always_log, diagnostic.verbosity, diagnostic.metrics) == ("allErrors", "error", True)
    assert diagnostic.logger_id.endswith("/loggers/log")
    with pytest.raises(HttpResponseError) as caught:
        sdk.logger.delete(*AT, "log", "*")
    assert "/diagnostics/applicationinsights" in error_of(caught).message


def test_what_newer_versions_log_survives(sdk: Any) -> None:
    logger(sdk)
    model = {"logs": "enabled", "requests": {"messages": "all", "maxSizeInBytes": 32768}}
    sdk.diagnostic.create_or_update(
        *AT, "azuremonitor", wire({"loggerId": "/loggers/log", "largeLanguageModel": model})
    )
    _, _, body = sdk.diagnostic.get(*AT, "azuremonitor", cls=raw)
    assert body["properties"]["largeLanguageModel"] == model


@pytest.mark.parametrize(
    ("name", "changes", "target"),
    [
        ("other", {}, "name"),
        ("applicationinsights", {"loggerId": "/loggers/none"}, "loggerId"),
        ("applicationinsights", {"loggerId": None}, "loggerId"),
        ("applicationinsights", {"sampling": {"samplingType": "fixed", "percentage": 101}}, "sampling.percentage"),
        ("applicationinsights", {"frontend": {"request": {"body": {"bytes": 8193}}}}, "frontend.request.body.bytes"),
        ("applicationinsights", {"verbosity": "loud"}, "verbosity"),
        ("applicationinsights", {"frontend": []}, "frontend"),
    ],
)
def test_diagnostics_that_are_refused(sdk: Any, name: str, changes: dict[str, Any], target: str) -> None:
    logger(sdk)
    sdk.api.begin_create_or_update(*AT, "shop", {"display_name": "Shop", "path": "shop"}).result()
    body = wire({"loggerId": "/loggers/log", **changes})
    assert targets(sdk.diagnostic.create_or_update, *AT, name, body) == [target]
    assert targets(sdk.api_diagnostic.create_or_update, *AT, "shop", name, body) == [target]


def test_caches_hide_their_connection(sdk: Any) -> None:
    body = {"connection_string": "must-not-be-seen", "use_from_location": "westeurope", "description": "D"}
    sdk.cache.create_or_update(*AT, "c", body)
    _, _, shown = sdk.cache.get(*AT, "c", cls=raw)
    assert "must-not-be-seen" not in str(shown)
    assert sdk.cache.update(*AT, "c", "*", {"description": "E"}).use_from_location == "westeurope"
    assert targets(sdk.cache.create_or_update, *AT, "d", {"use_from_location": "default"}) == ["connectionString"]
    assert targets(sdk.cache.create_or_update, *AT, "d", {"connection_string": "c"}) == ["useFromLocation"]


def archive() -> str:
    """Return a certificate with its key, as the service takes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "gateway.test")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, now, now + timedelta(days=30))
    made = builder.sign(key, SHA256())
    content = pkcs12.serialize_key_and_certificates(b"c", key, made, None, BestAvailableEncryption(b"p"))
    return base64.b64encode(content).decode()


def test_a_certificate_is_described_and_never_told(sdk: Any) -> None:
    data = archive()
    sdk.certificate.create_or_update(*AT, "c", {"data": data, "password": "p"})
    certificate = sdk.certificate.get(*AT, "c")
    assert (certificate.subject, len(certificate.thumbprint)) == ("CN=gateway.test", 40)
    assert certificate.expiration_date > datetime.now(UTC)
    _, _, shown = sdk.certificate.get(*AT, "c", cls=raw)
    assert not {"data", "password"} & set(shown["properties"])
    assert targets(sdk.certificate.create_or_update, *AT, "d", {"data": data, "password": "q"}) == ["data"]
    assert targets(sdk.certificate.create_or_update, *AT, "d", {}) == ["data"]


def test_a_certificate_of_a_key_vault_is_refreshed(sdk: Any, server: Plane) -> None:
    secrets: dict[str, str] = {}
    server.restart(secret_of=secrets.get)
    reference = {"key_vault": {"secret_identifier": "https://vault.test/secrets/c"}}
    assert sdk.certificate.create_or_update(*AT, "c", reference).key_vault.last_status.code == "NotFound"
    secrets["https://vault.test/secrets/c"] = "x"
    assert sdk.certificate.refresh_secret(*AT, "c").key_vault.last_status.code == "Success"


def test_a_certificate_in_use_cannot_go(sdk: Any) -> None:
    sdk.certificate.create_or_update(*AT, "c", {"data": archive(), "password": "p"})
    full = sdk.certificate.get(*AT, "c").id
    backend = {"url": "https://be.test", "protocol": "http", "credentials": {"certificate_ids": [full]}}
    sdk.backend.create_or_update(*AT, "b", backend)
    with pytest.raises(HttpResponseError) as caught:
        sdk.certificate.delete(*AT, "c", "*")
    assert "/backends/b" in error_of(caught).message
