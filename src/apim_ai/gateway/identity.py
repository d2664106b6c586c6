"""Tokens of managed identities: from a table, or from a real source in one of its public forms.

The setting `mi.source` chooses. Whatever the source, a token is kept for its resource and client id until it expires.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import urlencode

from apim_ai.message import BodyTooLargeError, Headers, Url
from apim_ai.runtime import Callout, IdentityError, WireError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.clock import Clock
    from apim_ai.config import GatewaySettings
    from apim_ai.runtime import Wire

__all__ = ["AppService", "AzureIdentity", "Imds", "KeptTokens", "TokenTable", "identity_of"]

IMDS_URL = "http://169.254.169.254/metadata/identity/oauth2/token"
FETCH_SECONDS = 30.0
MAX_ANSWER_BYTES = 64 * 1024
MARGIN_SECONDS = 30.0  # a token that expires on its way is no use
OK = 200


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token and the seconds since 1970 at which it expires."""

    text: str = field(repr=False)
    expires: float


class TokenSource(Protocol):
    """Gets a new token."""

    async def issue(self, resource: str, client_id: str | None) -> IssuedToken:
        """Return a token.

        Raises:
            IdentityError: there is none.
        """
        ...


class TokenTable:
    """A table of resource and token, for work without Azure."""

    def __init__(self, tokens: Mapping[str, str]) -> None:
        self._tokens = tokens

    async def issue(self, resource: str, client_id: str | None) -> IssuedToken:
        """Return the token of a resource."""
        token = self._tokens.get(resource)
        if token is None:
            whose = f"of client '{client_id}' " if client_id else ""
            raise IdentityError(f"the managed identity {whose}has no token for '{resource}'")
        return IssuedToken(token, float("-inf"))  # never kept, so that a changed table counts at once


class Imds:
    """The instance metadata service of a virtual machine (managed identity page, "Get a token using HTTP")."""

    def __init__(self, wire: Wire, url: str = IMDS_URL) -> None:
        self._wire = wire
        self._url = url

    async def issue(self, resource: str, client_id: str | None) -> IssuedToken:
        """Ask for a token."""
        query = {"api-version": "2018-02-01", "resource": resource}
        return await _ask(self._wire, self._url, query, client_id, Headers([("Metadata", "true")]))


class AppService:
    """The identity endpoint of App Service and Container Apps."""

    def __init__(self, wire: Wire, url: str, secret: str) -> None:
        self._wire = wire
        self._url = url
        self._secret = secret

    async def issue(self, resource: str, client_id: str | None) -> IssuedToken:
        """Ask for a token."""
        query = {"api-version": "2019-08-01", "resource": resource}
        return await _ask(self._wire, self._url, query, client_id, Headers([("X-IDENTITY-HEADER", self._secret)]))


class AzureIdentity:
    """The credential chain of the azure-identity package: what the developer is signed in with."""

    async def issue(self, resource: str, client_id: str | None) -> IssuedToken:
        """Ask the chain for a token."""
        # Imported late: the package costs 0.3 s and is needed for this source alone.
        from azure.core.exceptions import AzureError  # noqa: PLC0415 - slow to import, and few ask for real tokens
        from azure.identity.aio import DefaultAzureCredential  # noqa: PLC0415 - slow to import, and few ask for real tokens

        try:
            async with DefaultAzureCredential(managed_identity_client_id=client_id) as credential:
                token = await credential.get_token(f"{resource.rstrip('/')}/.default")
        except (AzureError, ImportError, ValueError) as error:
            reason = type(error).__name__
            raise IdentityError(f"the credential chain has no token for '{resource}' ({reason})") from error
        return IssuedToken(token.token, float(token.expires_on))


class KeptTokens:
    """Tokens kept until they expire; fits `runtime.services.Identity`.

    Attributes:
        source: where new ones come from.
    """

    def __init__(self, source: TokenSource, clock: Clock) -> None:
        self.source = source
        self._clock = clock
        self._kept: dict[tuple[str, str | None], IssuedToken] = {}

    async def token(self, resource: str, client_id: str | None = None) -> str:
        """Return a bearer token.

        Raises:
            IdentityError: there is none.
        """
        key = (resource, client_id)
        kept = self._kept.get(key)
        if kept is None or kept.expires - MARGIN_SECONDS <= self._clock.now():
            kept = self._kept[key] = await self.source.issue(resource, client_id)
        return kept.text


def identity_of(settings: GatewaySettings, wire: Wire, clock: Clock, table: Mapping[str, str]) -> KeptTokens:
    """Return the identity that the setting `mi.source` asks for.

    Args:
        settings: the named settings.
        wire: for the sources that are asked over HTTP.
        clock: for expiry.
        table: resource and token, for the source `fake`.
    """
    source: TokenSource
    match settings.mi_source:
        case "fake":
            source = TokenTable(table)
        case "imds":
            source = Imds(wire)
        case "app-service":
            source = AppService(wire, os.environ.get("IDENTITY_ENDPOINT", ""), os.environ.get("IDENTITY_HEADER", ""))
        case "azure-identity":
            source = AzureIdentity()
    return KeptTokens(source, clock)


async def _ask(wire: Wire, url: str, query: Mapping[str, str], client_id: str | None, headers: Headers) -> IssuedToken:
    resource = query["resource"]
    given = {**query, "client_id": client_id} if client_id else query
    try:
        target = Url.parse(url).replace(query_string=urlencode(given))
        response = await wire.send(Callout("GET", target, headers, purpose="identity", timeout=FETCH_SECONDS))
        content = await response.body.buffer(MAX_ANSWER_BYTES) if response.body is not None else b""
        answer: object = json.loads(content)
    except (WireError, BodyTooLargeError, ValueError, RecursionError) as error:
        raise IdentityError(f"the identity endpoint gave no token for '{resource}'") from error
    fields = cast("Mapping[str, object]", answer if isinstance(answer, dict) else {})
    token = fields.get("access_token")
    if response.status != OK or not isinstance(token, str):
        why = fields.get("error_description") or fields.get("error") or f"status {response.status}"
        raise IdentityError(f"the identity endpoint gave no token for '{resource}': {why}")
    return IssuedToken(token, _seconds(fields.get("expires_on")))


def _seconds(value: object) -> float:
    """Return the expiry, which is text of seconds since 1970; one that cannot be read means: do not keep it."""
    try:
        return float(str(value))
    except ValueError:
        return float("-inf")
