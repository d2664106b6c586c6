"""Client certificates, which backends and policies use."""

from __future__ import annotations

from apim_ai.resource.kind import Kind, always

__all__ = ["KIND"]

KIND = Kind(
    name="certificate",
    path="certificates/{certificate}",
    noun="certificate",
    write_only=always("data", "password"),
    added=("subject", "thumbprint", "expirationDate"),
)
