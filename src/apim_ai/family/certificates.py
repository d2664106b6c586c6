"""Certificates as they are uploaded: PKCS #12, PEM or DER in, the leaf and its keys out."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import pkcs12

__all__ = ["LoadedCertificate", "load_certificate"]


@dataclass(frozen=True, slots=True)
class LoadedCertificate:
    """A certificate with its keys.

    Args:
        der: the certificate.
        thumbprint: SHA-1 of it in upper-case hexadecimal, as the service names certificates.
        is_rsa: RSA, else elliptic curve.
        private_key_pem: the private key where it is there.
    """

    der: bytes = field(repr=False)
    thumbprint: str
    is_rsa: bool
    public_key_pem: bytes = field(repr=False)
    private_key_pem: bytes | None = field(default=None, repr=False)

    @property
    def pem(self) -> bytes:
        """The certificate and, where it is there, the private key, as a TLS client needs them."""
        certificate = x509.load_der_x509_certificate(self.der).public_bytes(serialization.Encoding.PEM)
        return certificate + (self.private_key_pem or b"")


def load_certificate(data: bytes, password: str = "") -> LoadedCertificate:
    """Read a certificate in any of the forms in which the service takes it.

    Raises:
        ValueError: it is none of them, or the password is wrong.
    """
    if data.lstrip().startswith(b"-----BEGIN"):
        return _pem(data, password)
    try:
        return _identity(x509.load_der_x509_certificate(data), None)
    except ValueError:
        return _pkcs12(data, password)


def _pkcs12(data: bytes, password: str) -> LoadedCertificate:
    key, certificate, _ = pkcs12.load_key_and_certificates(data, password.encode() or None)
    if certificate is None:
        raise ValueError("there is no certificate in it")
    if key is not None and not isinstance(key, (RSAPrivateKey, EllipticCurvePrivateKey)):
        raise ValueError("its key is neither RSA nor elliptic curve")
    return _identity(certificate, key)


def _pem(data: bytes, password: str) -> LoadedCertificate:
    certificate = x509.load_pem_x509_certificate(data)
    key = None
    if b"PRIVATE KEY" in data:
        key = serialization.load_pem_private_key(data, password.encode() or None)
        if not isinstance(key, (RSAPrivateKey, EllipticCurvePrivateKey)):
            raise ValueError("its key is neither RSA nor elliptic curve")
    return _identity(certificate, key)


def _identity(certificate: x509.Certificate, key: RSAPrivateKey | EllipticCurvePrivateKey | None) -> LoadedCertificate:
    public = certificate.public_key()
    if not isinstance(public, (RSAPublicKey, EllipticCurvePublicKey)):
        raise ValueError("its key is neither RSA nor elliptic curve")  # noqa: TRY004 - wrong content, not a wrong call
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return LoadedCertificate(
        certificate.public_bytes(serialization.Encoding.DER),
        certificate.fingerprint(hashes.SHA1()).hex().upper(),  # noqa: S303 - the name that the service gives it
        isinstance(public, RSAPublicKey),
        public.public_bytes(serialization.Encoding.PEM, form),
        None if key is None else _private(key),
    )


def _private(key: RSAPrivateKey | EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
