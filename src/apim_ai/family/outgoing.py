"""What policies settle for the request to the backend, and `forward-request` reads: keys of `Exchange.private`."""

from __future__ import annotations

from functools import lru_cache

__all__ = ["CERTIFICATE", "PROXY", "uploaded_certificate"]

PROXY = "outgoing.proxy"
"""The URL of the proxy, with user and password in it (`proxy`)."""

CERTIFICATE = "outgoing.certificate"
"""The client certificate and its key as PEM (`authentication-certificate`)."""


@lru_cache(maxsize=64)
def uploaded_certificate(data: bytes, password: str) -> bytes:
    """Return an uploaded certificate and its key as PEM, as a TLS client needs them.

    Raises:
        ValueError: it cannot be read.
    """
    # Imported late: cryptography costs 50 ms and few documents show a certificate.
    from apim_ai.family.certificates import load_certificate  # noqa: PLC0415 - cryptography is slow to import

    return load_certificate(data, password).pem
