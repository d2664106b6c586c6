"""Client certificates."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from apim_ai.arm.behaviour.base import Behaviour, Draft
from apim_ai.arm.behaviour.named_value import fetched
from apim_ai.arm.refusal import Detail
from apim_ai.resource.shape import is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BEHAVIOUR"]

_UNREADABLE = "The certificate data is not a valid PKCS#12 archive, or the password is wrong."


class CertificateBehaviour(Behaviour):
    """Reads the archive once, for its subject, thumbprint and last day."""

    def complete(self, draft: Draft, properties: dict[str, Any]) -> dict[str, Any]:
        """Add what the certificate says of itself, or how fetching it from a Key Vault went."""
        key_vault: object = properties.get("keyVault")
        if is_object(key_vault):
            reference, _ = fetched({key: value for key, value in key_vault.items() if key != "lastStatus"}, draft.world)
            return {**properties, "keyVault": reference}
        return {**properties, **(_described(properties) or {})}

    def wrong(self, draft: Draft, properties: dict[str, Any]) -> Iterator[Detail]:
        """Yield missing or unreadable data; a Key Vault reference is taken as it is."""
        yield from super().wrong(draft, properties)
        if properties.get("keyVault"):
            return
        if not properties.get("data"):
            yield Detail("data", "'data' must not be empty.")
        elif "thumbprint" not in properties:
            yield Detail("data", _UNREADABLE)


def _described(properties: dict[str, Any]) -> dict[str, Any] | None:
    from cryptography.hazmat.primitives.hashes import SHA1  # noqa: PLC0415 - slow to import and rarely used
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12  # noqa: PLC0415 - cryptography is slow to import

    try:
        password = str(properties.get("password") or "").encode() or None
        archive = load_pkcs12(base64.b64decode(str(properties.get("data", "")), validate=True), password)
    except (ValueError, binascii.Error):
        return None
    if archive.cert is None:
        return None
    certificate = archive.cert.certificate
    return {
        "subject": certificate.subject.rfc4514_string(),
        "thumbprint": certificate.fingerprint(SHA1()).hex().upper(),  # noqa: S303 - how the service names certificates
        "expirationDate": certificate.not_valid_after_utc.isoformat().replace("+00:00", "Z"),
    }


BEHAVIOUR = CertificateBehaviour
