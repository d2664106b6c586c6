from __future__ import annotations

import pytest

from apim_ai.lint.secrets import looks_secret, sounds_secret


@pytest.mark.parametrize(
    "value",
    [
        "0123456789abcdef0123456789abcdef",
        "Endpoint=sb://a.example.com/;SharedAccessKeyName=k;SharedAccessKey=c2VjcmV0c2VjcmV0",
        "https://a.example.com/c?sv=2024&sig=abcdefghijklmnopqrstuvwx%3D",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "Bearer 0123456789abcdef",
        "Basic dXNlcjpwYXNzd29yZA==",
        "tG8vQx2LrN5kZc1WmYh7Ub4EoPj9Sd3Fa6Ig0XqT",
        "-----BEGIN RSA PRIVATE KEY-----",
    ],
)
def test_secrets_look_like_secrets(value: str) -> None:
    assert looks_secret(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "application/json",
        "{{aoai-key}}",
        "Bearer {{token}}",
        "3f9c0a52-1111-4222-8333-944445555666",
        "https://cognitiveservices.azure.com",
        "the-quick-brown-fox-jumps-over-the-lazy-dog-again",
        "/subscriptions/resourceGroups/providers/service/policies",
        "Password must not be empty",
    ],
)
def test_other_values_do_not(value: str) -> None:
    assert looks_secret(value) is None


@pytest.mark.parametrize(
    "name", ["aoai-key", "dbPassword", "client_secret", "API-KEY", "orchestrator.token", "connectionString"]
)
def test_names_sound_secret(name: str) -> None:
    assert sounds_secret(name)


@pytest.mark.parametrize(
    "name", ["key-header", "tokens-per-minute", "tier-gold-tpm", "keyboard", "max-tokens", "", "password-policy-url"]
)
def test_other_names_do_not(name: str) -> None:
    assert not sounds_secret(name)
