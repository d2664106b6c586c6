"""The rule AIM428."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.lint.estate import place_of
from apim_ai.lint.rule import Case, EstateRule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate

__all__ = ["TlsValidationOff"]


class TlsValidationOff(EstateRule):
    """A backend whose certificate is not checked.

    Whoever stands between sees prompts and tokens.

    Upload the certificate of the authority that issued it.
    """

    code, name, severity = "AIM428", "tls-validation-off", "error"
    good = (
        Case(
            '<set-backend-service backend-id="model" />',
            resources={"backends/model": {"url": "https://model.example.com", "protocol": "http"}},
        ),
    )
    bad = (
        Case(
            '<set-backend-service backend-id="model" />',
            resources={
                "backends/model": {
                    "url": "https://model.example.com",
                    "protocol": "http",
                    "tls": {"validateCertificateChain": False},
                }
            },
        ),
    )

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Look at each backend."""
        for backend in estate.backends.values():
            tls = cast("Mapping[str, object]", backend.properties.get("tls") or {})
            off = [key for key in ("validateCertificateChain", "validateCertificateName") if tls.get(key) is False]
            if off:
                message = f"the certificate of backend '{backend.name}' is not checked ({', '.join(off)})"
                yield self.found(place_of(backend), message, help="upload the authority's certificate")
