"""System.Security.Cryptography.X509Certificates: what policies read of a certificate; private keys stay out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import ClrException, argument_null
from apim_ai.expression.library.declare import clr_class, clr_enum
from apim_ai.expression.library.system_datetime import DateTime

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cryptography import x509

    from apim_ai.expression.context import Context
    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.message import Certificate as MessageCertificate

__all__ = ["Certificate"]

_NS = "System.Security.Cryptography.X509Certificates"
_SHORT = {
    "commonName": "CN", "organizationName": "O", "organizationalUnitName": "OU", "countryName": "C",
    "localityName": "L", "stateOrProvinceName": "S", "emailAddress": "E", "domainComponent": "DC", "streetAddress": "STREET",
    "serialNumber": "SERIALNUMBER",
}  # fmt: skip


class Certificate:
    """A certificate, read from DER when first asked."""

    __slots__ = ("_parsed", "der", "given", "key")
    clr = f"{_NS}.X509Certificate2"

    def __init__(self, der: bytes, given: Mapping[str, object] | None = None) -> None:
        self.der = der
        self.given = given or {}  # fields of a made-up certificate, which win over what the bytes say
        self.key: object = None  # the private key, where the certificate came with one
        self._parsed: x509.Certificate | None = None

    @property
    def parsed(self) -> x509.Certificate:
        """The certificate's fields.

        Raises:
            ClrException: CryptographicException for bytes that are no certificate.
        """
        if self._parsed is None:
            from cryptography import x509  # noqa: PLC0415 - heavy, and rarely used

            try:
                is_text = self.der.lstrip().startswith(b"-----")
                load = x509.load_pem_x509_certificate if is_text else x509.load_der_x509_certificate
                self._parsed = load(bytes(self.der))
            except ValueError:
                raise ClrException(
                    "System.Security.Cryptography.CryptographicException", "Cannot find the requested object."
                ) from None
        return self._parsed

    @property
    def thumbprint(self) -> str:
        """SHA-1 of the certificate, in capital hexadecimal."""
        from cryptography.hazmat.primitives.hashes import SHA1  # noqa: PLC0415 - heavy, and rarely used

        return self.parsed.fingerprint(SHA1()).hex().upper()  # noqa: S303 - what a thumbprint is

    @property
    def raw(self) -> bytes:
        """The DER bytes."""
        from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 - heavy, and rarely used

        return self.parsed.public_bytes(Encoding.DER)


def distinguished(name: x509.Name) -> str:
    """Return a name as .NET writes it: the last part first."""
    parts: list[str] = []
    for attribute in reversed(list(name)):
        label = _SHORT.get(getattr(attribute.oid, "_name", ""), f"OID.{attribute.oid.dotted_string}")
        value = str(attribute.value)
        quoted = any(each in value for each in ',+="\n<>#;') or value != value.strip()
        shown = '"' + value.replace('"', '""') + '"' if quoted else value
        parts.append(f"{label}={shown}")
    return ", ".join(parts)


def of_message(certificate: MessageCertificate | None) -> Certificate | None:
    """Return the certificate of a request as C# sees it."""
    if certificate is None:
        return None
    return Certificate(certificate.der, getattr(certificate, "fields", None))


BASE = clr_class(f"{_NS}.X509Certificate", interfaces=("System.IDisposable",), python=(Certificate,))
CERTIFICATE = clr_class(f"{_NS}.X509Certificate2", base=f"{_NS}.X509Certificate", python=(Certificate,))
NAME = clr_class(f"{_NS}.X500DistinguishedName", allowed=frozenset(["Name"]))
clr_enum(
    f"{_NS}.X509NameType",
    {"SimpleName": 0, "EmailName": 1, "UpnName": 2, "DnsName": 3, "DnsFromAlternativeName": 4, "UrlName": 5},
)
clr_enum(
    f"{_NS}.X509ContentType",
    {
        "Unknown": 0,
        "Cert": 1,
        "SerializedCert": 2,
        "Pfx": 3,
        "Pkcs12": 3,
        "SerializedStore": 4,
        "Pkcs7": 5,
        "Authenticode": 6,
    },
)


@CERTIFICATE.member("(byte[] rawData)", "(byte[] rawData, string password)")
def make_certificate(data: bytes | None, password: str | None = None) -> Certificate:
    """Read a certificate, or one with its private key out of a PFX file."""
    if data is None:
        argument_null("rawData")
    certificate = _of_pfx(bytes(data), password) or Certificate(bytes(data))
    _ = certificate.parsed
    return certificate


def _of_pfx(data: bytes, password: str | None) -> Certificate | None:
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs12  # noqa: PLC0415 - heavy, rarely used

    try:
        key, found, _ = pkcs12.load_key_and_certificates(data, None if password is None else password.encode())
    except ValueError as error:
        if "password" in str(error).lower():
            raise ClrException(
                "System.Security.Cryptography.CryptographicException", "The specified network password is not correct."
            ) from None
        return None
    if found is None:
        return None
    certificate = Certificate(found.public_bytes(Encoding.DER))
    certificate.key = key
    return certificate


def _text(text: str, read: Callable[[Certificate], object]) -> None:
    """Declare a member that a made-up certificate may have as a field: `NotAfter` is `not_after`."""
    name = re.sub(r"\(.*", "", text).rsplit(" ", 1)[-1].removeprefix("Get")
    field = _FIELDS.get(name) or re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()

    def get(certificate: Certificate) -> object:
        return certificate.given[field] if field in certificate.given else read(certificate)

    CERTIFICATE.member(text)(get)


_FIELDS = {"CertHashString": "thumbprint", "SerialNumberString": "serial_number"}


_text("string Thumbprint", lambda each: each.thumbprint)
_text("string GetCertHashString()", lambda each: each.thumbprint)
_text("byte[] GetCertHash()", lambda each: bytearray.fromhex(each.thumbprint))
_text("string Subject", lambda each: distinguished(each.parsed.subject))
_text("string Issuer", lambda each: distinguished(each.parsed.issuer))
_text("string SerialNumber", lambda each: _serial(each))  # noqa: PLW0108 - defined below
_text("string GetSerialNumberString()", lambda each: _serial(each))  # noqa: PLW0108 - defined below
_text("string FriendlyName", lambda _each: "")
_text("int Version", lambda each: each.parsed.version.value + 1)
_text("bool HasPrivateKey", lambda each: each.key is not None)
_text("byte[] RawData", lambda each: bytearray(each.raw))
_text("byte[] GetRawCertData()", lambda each: bytearray(each.raw))
_text(
    "System.DateTime NotBefore",
    lambda each: DateTime(DateTime.of_timestamp(each.parsed.not_valid_before_utc.timestamp()).ticks, 2),
)
_text(
    "System.DateTime NotAfter",
    lambda each: DateTime(DateTime.of_timestamp(each.parsed.not_valid_after_utc.timestamp()).ticks, 2),
)
_text("string GetExpirationDateString()", lambda each: each.parsed.not_valid_after_utc.strftime("%m/%d/%Y %H:%M:%S"))
_text("string GetEffectiveDateString()", lambda each: each.parsed.not_valid_before_utc.strftime("%m/%d/%Y %H:%M:%S"))
_text("X500DistinguishedName SubjectName", lambda each: DistinguishedName(distinguished(each.parsed.subject)))
_text("X500DistinguishedName IssuerName", lambda each: DistinguishedName(distinguished(each.parsed.issuer)))


def _serial(certificate: Certificate) -> str:
    text = f"{certificate.parsed.serial_number:X}"
    return text.rjust(len(text) + len(text) % 2, "0")


class DistinguishedName:
    """An X500DistinguishedName."""

    __slots__ = ("name",)
    clr = f"{_NS}.X500DistinguishedName"

    def __init__(self, name: str) -> None:
        self.name = name

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return the type's name, as .NET does."""
        return self.clr


NAME.inline("string Name", "{0}.name")


@CERTIFICATE.member("string GetNameInfo(X509NameType nameType, bool forIssuer)")
def name_info(certificate: Certificate, kind: int, for_issuer: bool) -> str:  # noqa: FBT001 - C#'s signature
    """Return a part of the subject's or issuer's name."""
    from cryptography.x509.oid import NameOID  # noqa: PLC0415 - heavy, and rarely used

    name = certificate.parsed.issuer if for_issuer else certificate.parsed.subject
    oid = NameOID.EMAIL_ADDRESS if kind == 1 else NameOID.COMMON_NAME
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


@CERTIFICATE.member("bool Verify()", context=True)
def verify(context: object, certificate: Certificate) -> bool:
    """Whether the certificate is valid now and signs for itself or is trusted: here, only its dates are looked at."""
    return is_current(context, certificate)


def is_current(context: object, certificate: Certificate) -> bool:
    """Whether the gateway's time lies within the certificate's dates."""
    moment = cast("Context", context).now()
    if certificate.given:
        return bool(certificate.given.get("is_valid", True))
    parsed = certificate.parsed
    return parsed.not_valid_before_utc.timestamp() <= moment <= parsed.not_valid_after_utc.timestamp()
