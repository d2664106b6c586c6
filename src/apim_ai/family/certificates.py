"""Certificates as they are uploaded (PKCS #12, PEM, DER) or shown by clients: what they say, and their keys."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

__all__ = ["Described", "LoadedCertificate", "describe", "load_certificate"]


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


@dataclass(frozen=True, slots=True)
class Described:
    """What a client certificate says.

    Args:
        not_before: seconds since 1970; not_after likewise.
    """

    der: bytes = field(repr=False)
    thumbprint: str
    serial_number: str
    subject: str
    issuer: str
    common_name: str
    dns_names: tuple[str, ...]
    not_before: float
    not_after: float

    def is_issued_by(self, issuer: bytes) -> bool:
        """Whether another certificate's key signed this one."""
        try:
            x509.load_der_x509_certificate(self.der).verify_directly_issued_by(x509.load_der_x509_certificate(issuer))
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True


def describe(der: bytes) -> Described:
    """Read a client certificate.

    Raises:
        ValueError: it is none.
    """
    certificate = x509.load_der_x509_certificate(der)
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    try:
        alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        dns_names = tuple(alternative.get_values_for_type(x509.DNSName))
    except x509.ExtensionNotFound:
        dns_names = ()
    return Described(
        der,
        certificate.fingerprint(hashes.SHA1()).hex().upper(),  # noqa: S303 - the name that the service gives it
        f"{certificate.serial_number:X}",
        certificate.subject.rfc4514_string(),
        certificate.issuer.rfc4514_string(),
        str(names[0].value) if names else "",
        dns_names,
        certificate.not_valid_before_utc.timestamp(),
        certificate.not_valid_after_utc.timestamp(),
    )
