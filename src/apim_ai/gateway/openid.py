"""OpenID configuration documents and key sets: fetched over the wire, kept, and asked again when a key is unknown."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from apim_ai.gateway.recent import Recent
from apim_ai.message import BodyTooLargeError, Headers, Url
from apim_ai.runtime import Callout, Jwk, KeySet, WireError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.clock import Clock
    from apim_ai.config import GatewaySettings
    from apim_ai.runtime import Wire

__all__ = ["OpenIdKeys"]

FETCH_SECONDS = 10.0
MAX_DOCUMENT_BYTES = 1024 * 1024
MAX_DOCUMENTS = 1024  # a URL may be an expression's, so there is no end of them
OK = 200


@dataclass(slots=True)
class _Entry:
    """What is known of one document; `fetched` and `tried` are seconds since 1970."""

    found: KeySet | None = None
    fetched: float = float("-inf")
    tried: float = float("-inf")
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class OpenIdKeys:
    """Key sets by the URL of their configuration document; fits `runtime.services.KeySource`.

    A document is kept for `jwt.oidc_ttl` seconds. After a failure, and for a key that it does not have, it is asked
    again, but not within `jwt.oidc_refetch_min` seconds of the last attempt. When asking again fails, what was known
    stays. Requests that need the same document at once share one fetch.
    """

    def __init__(self, wire: Wire, clock: Clock, settings: GatewaySettings) -> None:
        self._wire = wire
        self._clock = clock
        self._ttl = settings.jwt_oidc_ttl
        self._refetch = settings.jwt_oidc_refetch_min
        self._entries: Recent[str, _Entry] = Recent(MAX_DOCUMENTS)

    def known(self, url: str) -> KeySet | None:
        """Return what the document at `url` says as far as that is known and still holds."""
        entry = self._entries.get(url)
        if entry is None or self._clock.monotonic() - entry.fetched >= self._ttl:
            return None
        return entry.found

    async def key_set(self, url: str, *, refresh: bool = False) -> KeySet | None:
        """Return what the document at `url` says, or None when it cannot be had."""
        found = None if refresh else self.known(url)
        if found is not None:
            return found
        entry = self._entries.get(url) or self._entries.put(url, _Entry())
        is_awaited = entry.lock.locked() and (refresh or entry.found is None)
        if is_awaited or self._is_due(entry, refresh=refresh):
            async with entry.lock:
                if self._is_due(entry, refresh=refresh):
                    await self._fetch(url, entry)
        return entry.found

    def _is_due(self, entry: _Entry, *, refresh: bool) -> bool:
        now = self._clock.monotonic()
        is_stale = now - entry.fetched >= self._ttl
        return (is_stale or refresh) and now - entry.tried >= self._refetch_wait(entry)

    def _refetch_wait(self, entry: _Entry) -> float:
        return min(self._refetch, self._ttl) if entry.found is not None else self._refetch

    async def _fetch(self, url: str, entry: _Entry) -> None:
        entry.tried = self._clock.monotonic()
        document = await self._json(url)
        keys_url = document.get("jwks_uri")
        issuer = document.get("issuer")  # not needed where the policy names the issuers
        if not isinstance(keys_url, str):
            return
        keys = (await self._json(keys_url)).get("keys")
        if isinstance(keys, list):
            entry.found = KeySet(issuer if isinstance(issuer, str) else "", tuple(_usable(cast("list[object]", keys))))
            entry.fetched = entry.tried

    async def _json(self, url: str) -> Mapping[str, object]:
        """Return the JSON object at a URL; empty when there is none."""
        try:
            target = Url.parse(url)
            callout = Callout(
                "GET", target, Headers([("Accept", "application/json")]), purpose="openid", timeout=FETCH_SECONDS
            )
            response = await self._wire.send(callout)
            content = await response.body.buffer(MAX_DOCUMENT_BYTES) if response.body is not None else b""
            value: object = json.loads(content) if response.status == OK else None
        except (WireError, BodyTooLargeError, ValueError, RecursionError):
            return {}
        return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _usable(keys: list[object]) -> list[Jwk]:
    """Return the public signature keys; a symmetric key in a published set would let anybody sign."""
    found: list[Jwk] = []
    for key in keys:
        if isinstance(key, dict):
            members = cast("dict[str, object]", key)
            if members.get("kty") in ("RSA", "EC") and members.get("use", "sig") == "sig":
                found.append(Jwk.of(members))
    return found
