"""Client certificates, which backends and policies use."""

from __future__ import annotations

from apim_ai.resource.fields import Field
from apim_ai.resource.kind import Kind, always

__all__ = ["KIND"]

KIND = Kind(
    name="certificate",
    path="certificates/{certificate}",
    noun="certificate",
    write_only=always("data", "password"),
    added=("subject", "thumbprint", "expirationDate"),
    fields=(
        Field("data"),
        Field("password"),
        Field("keyVault", "object"),
        Field("keyVault.secretIdentifier", "uri", required=True),
        Field("keyVault.identityClientId"),
    ),
)
