"""How backends prove who they are, and which certificate the gateway shows them."""

from __future__ import annotations

import ssl

__all__ = ["Contexts"]


class Contexts:
    """TLS contexts, made once for each way to check and certificate to show."""

    def __init__(self) -> None:
        self._made: dict[tuple[bool, bool, bytes | None], ssl.SSLContext] = {}

    def of(self, *, verify_chain: bool, verify_name: bool, certificate: bytes | None) -> ssl.SSLContext:
        """Return a context.

        Args:
            verify_chain: whether the backend's certificate must be trusted.
            verify_name: whether it must be for the backend's host.
            certificate: the client certificate with its key, as PEM.
        """
        key = (verify_chain, verify_name, certificate)
        context = self._made.get(key)
        if context is None:
            context = self._made[key] = _context(*key)
        return context


def _context(verify_chain: bool, verify_name: bool, certificate: bytes | None) -> ssl.SSLContext:  # noqa: FBT001 - a key's parts
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    if not verify_name or not verify_chain:
        context.check_hostname = False
    if not verify_chain:
        context.verify_mode = ssl.CERT_NONE
    if certificate is not None:
        _load(context, certificate)
    return context


def _load(context: ssl.SSLContext, certificate: bytes) -> None:
    """Put a client certificate with its key into a context, which reads it from files only."""
    import tempfile  # noqa: PLC0415 - rarely needed
    from pathlib import Path  # noqa: PLC0415 - only when a file is needed

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "client.pem"
        path.touch(mode=0o600)
        path.write_bytes(certificate)
        context.load_cert_chain(path)
