"""`validate-client-certificate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import (
    BOOLEAN,
    TEXT,
    Item,
    Policy,
    at_most_one,
    children,
    item,
    literal,
    policy,
)
from apim_ai.family.token_validation import decode_base64
from apim_ai.runtime import PolicyError

if TYPE_CHECKING:
    from apim_ai.family.certificates import Described
    from apim_ai.runtime import Exchange

__all__ = ["CertificateIdentity", "ValidateClientCertificate"]

STATUS = 403


@item(
    "identity",
    at_most_one("issuer-certificate-id", "issuer-subject"),
    at_most_one("issuer-certificate-id", "issuer-thumbprint"),
)
class CertificateIdentity(Item):
    """A certificate that may call; everything that is given must match."""

    thumbprint: str | None = literal(TEXT, default=None)
    serial_number: str | None = literal(TEXT, default=None)
    common_name: str | None = literal(TEXT, default=None)
    subject: str | None = literal(TEXT, default=None)
    dns_name: str | None = literal(TEXT, default=None)
    issuer_subject: str | None = literal(TEXT, default=None)
    issuer_thumbprint: str | None = literal(TEXT, default=None)
    issuer_certificate_id: str | None = literal(TEXT, default=None)

    def matches(self, certificate: Described) -> bool:
        """Whether everything but the issuer's certificate matches."""
        pairs = (
            (self.thumbprint, certificate.thumbprint),
            (self.serial_number, certificate.serial_number),
            (self.common_name, certificate.common_name),
            (self.subject, certificate.subject),
            (self.issuer_subject, certificate.issuer),
        )
        if any(wanted is not None and not _same(wanted, found) for wanted, found in pairs):
            return False
        return self.dns_name is None or any(_same(self.dns_name, name) for name in certificate.dns_names)


@policy(
    "validate-client-certificate",
    sections=("inbound",),
    page="validate-client-certificate-policy",
    approximated="validity, identities and the issuer's signature are checked; trust and revocation are not",
)
class ValidateClientCertificate(Policy):
    """Refuse a request whose client certificate does not hold.

    Validity, identity and the issuer's signature where its certificate is at hand are checked; trust chains and
    revocation are not, for a laptop does not have the service's list of authorities.
    """

    validate_revocation: bool = literal(BOOLEAN, default=True)
    validate_trust: bool = literal(BOOLEAN, default=True)
    validate_not_before: bool = literal(BOOLEAN, default=True)
    validate_not_after: bool = literal(BOOLEAN, default=True)
    ignore_error: bool = literal(BOOLEAN, default=False)
    identities: tuple[CertificateIdentity, ...] = children(
        CertificateIdentity, within="identities", at_least=1, at_most=10
    )

    def run(self, exchange: Exchange, /) -> None:
        """Check the certificate of the connection."""
        problem = self._problem(exchange)
        if problem is None:
            return
        exchange.note(problem)
        if not self.ignore_error:
            message = f"{problem} Access denied."
            raise PolicyError(self.element_name, "ClientCertificateInvalid", message, STATUS)

    def _problem(self, exchange: Exchange) -> str | None:
        shown = exchange.request.certificate
        if shown is None:
            return "There is no client certificate."
        # Imported late: cryptography costs 50 ms and few requests show a certificate.
        from apim_ai.family.certificates import describe  # noqa: PLC0415 - cryptography is slow to import

        try:
            certificate = describe(shown.der)
        except ValueError:
            return "The client certificate cannot be read."
        now = exchange.services.clock.now()
        if self.validate_not_before and now < certificate.not_before:
            return "The client certificate is not valid yet."
        if self.validate_not_after and now > certificate.not_after:
            return "The client certificate has expired."
        if self.validate_trust or self.validate_revocation:
            exchange.note("trust and revocation are not checked here")
        if self.identities and not any(self._is(exchange, each, certificate) for each in self.identities):
            return "The client certificate is none of those allowed."
        return None

    def _is(self, exchange: Exchange, identity: CertificateIdentity, certificate: Described) -> bool:
        if not identity.matches(certificate):
            return False
        if identity.issuer_certificate_id is None and identity.issuer_thumbprint is None:
            return True
        issuer = self._issuer(exchange, identity, certificate)
        return issuer is not None and certificate.is_issued_by(issuer)

    def _issuer(self, exchange: Exchange, identity: CertificateIdentity, certificate: Described) -> bytes | None:
        """Return the issuer's certificate as it was uploaded; the certificate itself where it is self-signed."""
        if identity.issuer_thumbprint is not None and _same(identity.issuer_thumbprint, certificate.thumbprint):
            return certificate.der
        catalog = exchange.services.catalog
        candidates = catalog.of_kind("certificate")
        if identity.issuer_certificate_id is not None:
            own = catalog.properties(f"certificates/{identity.issuer_certificate_id}")
            candidates = [] if own is None else [own]
        from apim_ai.family.certificates import load_certificate  # noqa: PLC0415 - as above

        for properties in candidates:
            try:
                loaded = load_certificate(decode_base64(str(properties["data"])), str(properties.get("password") or ""))
            except (KeyError, ValueError):
                continue
            if identity.issuer_thumbprint is None or _same(identity.issuer_thumbprint, loaded.thumbprint):
                return loaded.der
        return None


def _same(wanted: str, found: str) -> bool:
    return wanted.replace(" ", "").replace(":", "").lower() == found.replace(" ", "").replace(":", "").lower()
