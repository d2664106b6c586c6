"""Certificates that a case's policies name: a case declares none, so each that is named is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["certificates_of"]

_POLICY = re.compile(r"<authentication-certificate\b[^>]*>")
_ATTRIBUTE = re.compile(r"""\b(certificate-id|thumbprint)\s*=\s*["']([^"'@{}]+)["']""")
_CONTENT = (  # CN=case.test without a key: mocked backends see no handshake
    "MIIBFjCBvaADAgECAgEBMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMMCWNhc2UudGVzdDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEw"
    "MTAwMDAwMFowFDESMBAGA1UEAwwJY2FzZS50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEbwLUOe0w/aBEilPb4CdnKgh8"
    "u6lgc1vdFggmrXuv7trSOPJA3f+KM8GQMMQdohp6LjznCQ+Zm2LCMqq0LCPo2zAKBggqhkjOPQQDAgNIADBFAiA4d3fY8ABfMGIX"
    "ybDjaSBi0MorE4k3UFs1zj3fMsT9ywIhANDSUtBR8nwc+SlNNoDdrdJaIInPxJpEYhYF9+d+5QwP"
)


def certificates_of(documents: Iterable[str]) -> Iterator[Resource]:
    """Yield a certificate for each one that an `authentication-certificate` of the documents names by a literal."""
    named = {
        (attribute, value.strip())
        for document in documents
        for policy in _POLICY.findall(document)
        for attribute, value in _ATTRIBUTE.findall(policy)
    }
    for attribute, value in sorted(named):
        properties = {"data": _CONTENT, "thumbprint": value} if attribute == "thumbprint" else {"data": _CONTENT}
        yield Resource("certificate", f"certificates/{value}", properties)
