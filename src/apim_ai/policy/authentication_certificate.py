"""`authentication-certificate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import BASE64, TEXT, Policy, Value, attribute, exactly_one, policy, requires
from apim_ai.family.outgoing import CERTIFICATE, uploaded_certificate
from apim_ai.family.token_validation import decode_base64
from apim_ai.runtime import PolicyError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from apim_ai.runtime import Callout, Exchange

__all__ = ["AuthenticationCertificate"]


@policy(
    "authentication-certificate",
    exactly_one("thumbprint", "certificate-id", "body"),
    requires("password", "body"),
    sections=("inbound",),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_sections=("backend",),
    maybe_gateways=("workspace",),
    page="authentication-certificate-policy",
)
class AuthenticationCertificate(Policy):
    """Authenticate to the backend with a client certificate; it counts for the TLS connection of that call alone."""

    thumbprint: Value[str] | None = attribute(TEXT, default=None, doc="of a certificate that the service has")
    certificate_id: Value[str] | None = attribute(TEXT, default=None, doc="its entity")
    body: Value[str] | None = attribute(BASE64, default=None, doc="the certificate itself, as PKCS #12")
    password: Value[str] | None = attribute(TEXT, default=None, doc="its password")

    def run(self, exchange: Exchange, /) -> None:
        """Keep the certificate for `forward-request`."""
        exchange.private[CERTIFICATE] = self.pem(exchange)
        exchange.note("with a client certificate")

    async def change_callout(self, exchange: Exchange, callout: Callout) -> None:
        """Show the certificate when a request that is being made is sent."""
        callout.certificate = self.pem(exchange)

    def pem(self, exchange: Exchange) -> bytes:
        """Return certificate and key.

        Raises:
            PolicyError: there is no such certificate, or it cannot be read.
        """
        data, password = self._content(exchange)
        try:
            return uploaded_certificate(data, password)
        except ValueError as error:
            raise self._failed("The certificate cannot be read.") from error

    def _content(self, exchange: Exchange) -> tuple[bytes, str]:
        context = exchange.context
        if self.body is not None:
            raw = self.body.raw(context)
            data = bytes(raw) if isinstance(raw, (bytes, bytearray)) else self._decoded(self.body(context))
            return data, "" if self.password is None else self.password(context)
        properties = self._entity(exchange)
        if properties is None or not isinstance(properties.get("data"), str):
            raise self._failed("The certificate could not be found, or its content is not at hand.")
        return self._decoded(properties["data"]), str(properties.get("password") or "")

    def _entity(self, exchange: Exchange) -> Mapping[str, Any] | None:
        context, catalog = exchange.context, exchange.services.catalog
        if self.certificate_id is not None:
            return catalog.properties(f"certificates/{self.certificate_id(context)}")
        wanted = (self.thumbprint(context) if self.thumbprint is not None else "").strip().lower()
        candidates = catalog.of_kind("certificate")
        return next((each for each in candidates if str(each.get("thumbprint", "")).lower() == wanted), None)

    def _decoded(self, text: str) -> bytes:
        try:
            return decode_base64(text)
        except ValueError as error:
            raise self._failed("The certificate is not Base64.") from error

    def _failed(self, message: str) -> PolicyError:
        return PolicyError(self.element_name, "CertificateNotFound", message)
