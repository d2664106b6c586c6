"""`validate-jwt`."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import TYPE_CHECKING

from apim_ai.definition import (
    BASE64,
    BASE64URL,
    BOOLEAN,
    HEADER_NAME,
    SECONDS,
    TEXT,
    URI,
    Item,
    Value,
    all_or_none,
    attribute,
    child,
    children,
    content,
    exactly_one,
    item,
    literal,
    policy,
    texts,
)
from apim_ai.family.claims import Claim, check_audience, check_claims, check_issuer, check_lifetime, document_issuer
from apim_ai.family.token_validation import TokenValidation, decode_base64, query_value, scheme_and_token
from apim_ai.runtime import Jwk, PolicyError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.family.claims import Refusal
    from apim_ai.runtime import Exchange, KeySet, Token

__all__ = ["DecryptionKey", "IssuerSigningKeys", "OpenIdConfig", "SigningKey", "ValidateJwt", "ZumoMasterKey"]


@item("openid-config")
class OpenIdConfig(Item):
    """An OpenID configuration document: issuer and keys."""

    url: Value[str] = attribute(URI, expressions="undocumented")  # the page says no; vendor samples compute it
    host: str | None = literal(TEXT, default=None, documented=False)


@item("key", all_or_none("n", "e"), exactly_one("#text", "certificate-id", "n"))
class SigningKey(Item):
    """A key: symmetric as Base64 text, or of a certificate, or an RSA modulus and exponent."""

    id: str | None = literal(TEXT, default=None, doc="the `kid` of tokens that it signed")
    certificate_id: str | None = literal(TEXT, default=None)
    n: str | None = literal(BASE64URL, default=None)
    e: str | None = literal(BASE64URL, default=None)
    text: Value[str] | None = content(BASE64, default=None)


@item("zumo-master-key")
class ZumoMasterKey(Item):
    """A key of Mobile Services; only the editor schema knows it."""

    id: str | None = literal(TEXT, default=None)
    text: Value[str] = content(TEXT, expressions="forbidden")


@item("issuer-signing-keys")
class IssuerSigningKeys(Item):
    """Keys of the issuer."""

    key: tuple[SigningKey, ...] = children(SigningKey)
    zumo_master_key: tuple[ZumoMasterKey, ...] = children(ZumoMasterKey)


@item("key")
class DecryptionKey(Item):
    """A key that opens encrypted tokens."""

    id: str | None = literal(TEXT, default=None)
    certificate_id: str | None = literal(TEXT, default=None)
    n: str | None = literal(BASE64URL, default=None)
    e: str | None = literal(BASE64URL, default=None)
    text: Value[str] | None = content(BASE64, default=None)


@policy(
    "validate-jwt",
    exactly_one("header-name", "query-parameter-name", "token-value"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    page="validate-jwt-policy",
    ordered=True,
    settings=(
        "jwt.algorithms",
        "jwt.claim_without_values",
        "jwt.oidc_refetch_min",
        "jwt.oidc_ttl",
        "jwt.www_authenticate",
    ),
    leading=(
        "header-name",
        "query-parameter-name",
        "token-value",
        "failed-validation-httpcode",
        "failed-validation-error-message",
        "require-expiration-time",
        "require-scheme",
        "require-signed-tokens",
        "clock-skew",
    ),
)
class ValidateJwt(TokenValidation):
    """Refuse a request without a valid JSON Web Token.

    Keys come from OpenID configuration documents and from the policy itself; the token's `kid` selects one, and where
    none answers to it every key is tried.
    """

    header_name: Value[str] | None = attribute(HEADER_NAME, default=None, doc="the header with the token")
    require_expiration_time: Value[bool] = attribute(BOOLEAN, default=True)
    require_scheme: Value[str] | None = attribute(
        TEXT, default=None, doc="the scheme of the Authorization header; ignored for other headers"
    )
    require_signed_tokens: Value[bool] = attribute(BOOLEAN, default=True)
    clock_skew: Value[int] = attribute(SECONDS, default=0, doc="seconds by which clocks may differ")
    openid_config: tuple[OpenIdConfig, ...] = children(OpenIdConfig)
    issuer_signing_tokens: tuple[Value[str], ...] = texts(
        "token", TEXT, within="issuer-signing-tokens", expressions="forbidden"
    )
    issuer_signing_keys: IssuerSigningKeys | None = child(IssuerSigningKeys)
    decryption_keys: tuple[DecryptionKey, ...] = children(DecryptionKey, within="decryption-keys", at_least=1)
    audiences: tuple[Value[str], ...] = texts("audience", TEXT, within="audiences", at_least=1)
    issuers: tuple[Value[str], ...] = texts("issuer", TEXT, within="issuers", at_least=1)
    required_claims: tuple[Claim, ...] = children(Claim, within="required-claims", at_least=1)

    def token_text(self, exchange: Exchange) -> str | None:
        """Return the token from its one source."""
        context = exchange.context
        if self.token_value is not None:
            return self.token_value(context).strip()
        if self.query_parameter_name is not None:
            return query_value(exchange, self.query_parameter_name(context))
        name = self.header_name(context) if self.header_name is not None else "Authorization"
        values = context.request.headers.values(name)
        if not values or name.lower() != "authorization":
            return values[0].strip() if values else None
        scheme, token = scheme_and_token(values[0])
        required = self.require_scheme(context) if self.require_scheme is not None else ""
        if required and (scheme or "").lower() != required.strip().lower():
            exchange.note(f"the scheme is not '{required}'")
            return None
        return token

    def decryption_jwks(self, exchange: Exchange) -> list[Jwk]:
        """Return the decryption keys."""
        return [jwk for key in self.decryption_keys for jwk in self._inline(exchange, key)]

    def ground(self, exchange: Exchange) -> tuple[object, ...] | None:
        """Return the documents and the certificates' catalog."""
        if not self.is_constant:
            return None
        services, context = exchange.services, exchange.context
        found: list[object] = [services.catalog]
        for config in self.openid_config:
            document = services.key_source.known(config.url(context))
            if document is None:
                return None
            found.append(document)
        return tuple(found)

    def skew(self, exchange: Exchange) -> float:
        """Return the seconds by which clocks may differ."""
        return self.clock_skew(exchange.context)

    async def check(self, exchange: Exchange, token: Token) -> Refusal | None:
        """Check signature, lifetime, issuer, audience and claims, in this order."""
        context, claims = exchange.context, token.claims
        if self.require_signed_tokens(context):
            refusal = await self.check_signature(exchange, token)
            if refusal is not None:
                return refusal
        issuers = await self._issuers(exchange, claims)
        audiences = [audience(context).strip() for audience in self.audiences]
        return (
            check_lifetime(
                claims,
                exchange.services.clock.now(),
                self.clock_skew(context),
                needs_expiry=self.require_expiration_time(context),
            )
            or (check_issuer(claims, issuers) if issuers is not None else None)
            or (check_audience(claims, audiences) if audiences else None)
            or check_claims(
                claims,
                [claim.requirement(context) for claim in self.required_claims],
                without_values=exchange.settings.jwt_claim_without_values,
            )
        )

    async def signature_keys(self, exchange: Exchange, *, refresh: bool) -> list[Jwk]:
        """Return the keys of all documents and those of the policy."""
        documents = await self._documents(exchange, refresh=refresh)
        found = [jwk for _, document in documents for jwk in document.keys]
        if self.issuer_signing_keys is not None:
            found += [jwk for key in self.issuer_signing_keys.key for jwk in self._inline(exchange, key)]
        return found

    async def _documents(self, exchange: Exchange, *, refresh: bool = False) -> list[tuple[str, KeySet]]:
        source = exchange.services.key_source
        found: list[tuple[str, KeySet]] = []
        for config in self.openid_config:
            url = config.url(exchange.context)
            document = await source.key_set(url, refresh=refresh)
            if document is None:
                exchange.note(f"no OpenID configuration at {url}")
            else:
                found.append((url, document))
        return found

    async def _issuers(self, exchange: Exchange, claims: Mapping[str, object]) -> list[str] | None:
        """Return the accepted issuers, or None where any is: neither `issuers` nor a document names one."""
        if self.issuers:
            return [issuer(exchange.context).strip() for issuer in self.issuers]
        if self.openid_config:
            documents = await self._documents(exchange)
            return [document_issuer(url, document.issuer, claims) for url, document in documents]
        return None

    def _inline(self, exchange: Exchange, key: SigningKey | DecryptionKey) -> list[Jwk]:
        if key.certificate_id is not None:
            found = self.certificate_jwks(exchange, key.certificate_id)
            if key.id is None:
                return found
            return [Jwk.of({**jwk.members, "kid": key.id}) for jwk in found]
        if key.n is not None and key.e is not None:
            return [_rsa_key(key.n, key.e, key.id)]
        try:
            return [_symmetric_key(key.text(exchange.context) if key.text else "", key.id)]
        except ValueError as error:
            raise PolicyError(self.element_name, "JwtInvalid", "A signing or decryption key is not Base64.") from error


@lru_cache(maxsize=256)
def _symmetric_key(text: str, identifier: str | None) -> Jwk:
    encoded = base64.urlsafe_b64encode(decode_base64(text)).rstrip(b"=").decode()
    return Jwk.of({"kty": "oct", "k": encoded} | ({"kid": identifier} if identifier else {}))


@lru_cache(maxsize=256)
def _rsa_key(modulus: str, exponent: str, identifier: str | None) -> Jwk:
    return Jwk.of({"kty": "RSA", "n": modulus, "e": exponent} | ({"kid": identifier} if identifier else {}))
