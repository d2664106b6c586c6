"""`validate-azure-ad-token`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from apim_ai.definition import (
    BOOLEAN,
    HEADER_NAME,
    TEXT,
    Item,
    Value,
    at_most_one,
    attribute,
    children,
    item,
    literal,
    policy,
    texts,
)
from apim_ai.family.claims import (
    Claim,
    Refusal,
    check_audience,
    check_claims,
    check_issuer,
    check_lifetime,
    claim_texts,
    document_issuer,
)
from apim_ai.family.token_validation import TokenValidation, query_value, scheme_and_token

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from apim_ai.runtime import Exchange, Jwk, KeySet, Token

__all__ = ["DecryptionCertificate", "ValidateAzureAdToken", "document_urls"]

_DOCUMENTS = {"v1": "/.well-known/openid-configuration", "v2": "/v2.0/.well-known/openid-configuration"}
_CLIENT_CLAIMS = ("appid", "azp")  # v1 and v2 tokens


@item("key")
class DecryptionCertificate(Item):
    """A certificate that opens encrypted tokens."""

    certificate_id: str = literal(TEXT)
    id: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented", documented=False)


@policy(
    "validate-azure-ad-token",
    at_most_one("header-name", "query-parameter-name", "token-value"),
    scopes=("global", "product", "api", "operation"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_scopes=("workspace",),
    maybe_gateways=("workspace",),
    page="validate-azure-ad-token-policy",
    settings=("jwt",),
    leading=("tenant-id", "header-name"),
)
class ValidateAzureAdToken(TokenValidation):
    """Refuse a request without a valid token of a Microsoft Entra tenant.

    The tenant's OpenID documents (setting `jwt.entra_documents`) give issuers and keys. Without a source the token
    comes as Bearer token in the Authorization header.
    """

    tenant_id: Value[str] = attribute(
        TEXT, doc="a tenant's GUID, domain or URL, or `organizations` or `common` for any tenant"
    )
    header_name: Value[str] = attribute(HEADER_NAME, default="Authorization", doc="the header with the token")
    authentication_endpoint: Value[str] | None = attribute(
        TEXT, default=None, expressions="undocumented", doc="the sign-in host of another cloud"
    )
    require_scheme: Value[str] | None = attribute(TEXT, default=None, expressions="undocumented", documented=False)
    allow_protected_forwarded_tokens: Value[bool] | None = attribute(BOOLEAN, default=None, documented=False)
    allow_proof_of_possession_tokens: Value[bool] | None = attribute(BOOLEAN, default=None, documented=False)
    client_application_ids: tuple[Value[str], ...] = texts(
        "application-id", TEXT, within="client-application-ids", at_least=1, doc="applications that may call"
    )
    backend_application_ids: tuple[Value[str], ...] = texts(
        "application-id", TEXT, within="backend-application-ids", at_least=1, doc="further accepted audiences"
    )
    audiences: tuple[Value[str], ...] = texts("audience", TEXT, within="audiences", at_least=1)
    required_claims: tuple[Claim, ...] = children(Claim, within="required-claims", at_least=1)
    decryption_keys: tuple[DecryptionCertificate, ...] = children(
        DecryptionCertificate, within="decryption-keys", at_least=1
    )

    def token_text(self, exchange: Exchange) -> str | None:
        """Return the token from its source; by default the Bearer token."""
        context = exchange.context
        if self.token_value is not None:
            return self.token_value(context).strip()
        if self.query_parameter_name is not None:
            return query_value(exchange, self.query_parameter_name(context))
        name = self.header_name(context)
        values = exchange.request.headers.values(name)
        if not values or name.lower() != "authorization":
            return values[0].strip() if values else None
        scheme, token = scheme_and_token(values[0])
        required = self.require_scheme(context) if self.require_scheme is not None else "Bearer"
        return token if (scheme or "").lower() == required.strip().lower() else None

    def decryption_jwks(self, exchange: Exchange) -> list[Jwk]:
        """Return the keys of the decryption certificates."""
        return [jwk for key in self.decryption_keys for jwk in self.certificate_jwks(exchange, key.certificate_id)]

    def ground(self, exchange: Exchange) -> tuple[object, ...] | None:
        """Return the documents that are known; while one of them is not, it is asked for."""
        if not self.is_constant:
            return None
        known = exchange.services.key_source.known
        found = [known(url) for url in self._urls(exchange)]
        return None if None in found else (exchange.services.catalog, *found)

    async def check(self, exchange: Exchange, token: Token) -> Refusal | None:
        """Check signature, lifetime, issuer, audience, client application and claims, in this order."""
        context, claims = exchange.context, token.claims
        refusal = await self.check_signature(exchange, token)
        if refusal is not None:
            return refusal
        issuers = [document_issuer(url, document.issuer, claims) for url, document in await self._documents(exchange)]
        audiences = [each(context).strip() for each in (*self.audiences, *self.backend_application_ids)]
        clients = [each(context).strip() for each in self.client_application_ids]
        return (
            check_lifetime(claims, exchange.services.clock.now(), 0, needs_expiry=True)
            or check_issuer(claims, issuers)
            or (check_audience(claims, audiences) if audiences else None)
            or (_check_client(claims, clients) if clients else None)
            or check_claims(
                claims,
                [claim.requirement(context) for claim in self.required_claims],
                without_values=exchange.settings.jwt_claim_without_values,
            )
        )

    async def signature_keys(self, exchange: Exchange, *, refresh: bool) -> list[Jwk]:
        """Return the keys of the tenant's documents."""
        documents = await self._documents(exchange, refresh=refresh)
        return [jwk for _, document in documents for jwk in document.keys]

    async def _documents(self, exchange: Exchange, *, refresh: bool = False) -> list[tuple[str, KeySet]]:
        """Return what the documents say, with their URLs; one that cannot be had is no error while another can."""
        urls = self._urls(exchange)
        found = [await exchange.services.key_source.key_set(url, refresh=refresh) for url in urls]
        if not any(found):
            exchange.note(f"no OpenID configuration at {' or '.join(urls)}")
        return [(url, document) for url, document in zip(urls, found, strict=True) if document is not None]

    def _urls(self, exchange: Exchange) -> list[str]:
        context, settings = exchange.context, exchange.settings
        endpoint = self.authentication_endpoint(context) if self.authentication_endpoint is not None else ""
        return document_urls(self.tenant_id(context), endpoint, settings.jwt_entra_host, settings.jwt_entra_documents)


def document_urls(tenant: str, endpoint: str, default_host: str, documents: Collection[str]) -> list[str]:
    """Return the URLs of a tenant's OpenID documents.

    Args:
        tenant: the attribute `tenant-id`: a GUID, a domain, a URL, or `organizations` or `common`.
        endpoint: the attribute `authentication-endpoint`; its scheme is optional.
        default_host: the setting `jwt.entra_host`.
        documents: the setting `jwt.entra_documents`.
    """
    text = tenant.strip().rstrip("/").removesuffix("/v2.0")
    host = endpoint.strip().split("://", 1)[-1].rstrip("/")
    if not host and "://" in text:
        host = urlsplit(text).netloc
    name = text.rsplit("/", 1)[-1]
    return [f"https://{host or default_host}/{name}{_DOCUMENTS[version]}" for version in documents]


def _check_client(claims: Mapping[str, object], clients: Collection[str]) -> Refusal | None:
    present = [name for name in _CLIENT_CLAIMS if name in claims]
    if not present:
        names = " or ".join(_CLIENT_CLAIMS)
        return Refusal("TokenClaimNotFound", f"JWT token is missing the following claims: {names}. Access denied.")
    values = [text for name in present for text in claim_texts(claims[name])]
    if any(value in clients for value in values):
        return None
    text = f"Claim {present[0]} value of {','.join(values)} is not allowed. Access denied."
    return Refusal("TokenClaimValueNotAllowed", text)
