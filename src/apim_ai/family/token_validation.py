"""What `validate-jwt` and `validate-azure-ad-token` share: where the token is, which key signed it, how it is refused."""

from __future__ import annotations

import base64
from abc import abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING

from apim_ai.definition import TEXT, VARIABLE_NAME, Policy, Value, attribute, family, integer, literal
from apim_ai.expression import Jwt
from apim_ai.family.claims import Refusal, lifetime
from apim_ai.runtime import PolicyError, TokenError, Verdict

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from apim_ai.runtime import Exchange, Jwk, Token

__all__ = ["TokenValidation", "decode_base64", "query_value", "scheme_and_token"]

MOST_VERDICTS = 16  # policies that a token remembers to have taken it; after a reload there are new ones
NOT_PRESENT = Refusal("TokenNotPresent", "JWT not present.")


@family(sections=("inbound",))
class TokenValidation(Policy):
    """Refuse a request without a token that holds."""

    query_parameter_name: Value[str] | None = attribute(TEXT, default=None, doc="the query parameter with the token")
    token_value: Value[str] | None = attribute(TEXT, default=None, doc="the token itself, without a scheme")
    failed_validation_httpcode: Value[int] = attribute(
        integer(100, 599), default=401, doc="the status of a refusal; 401 by default"
    )
    failed_validation_error_message: Value[str] | None = attribute(
        TEXT, default=None, doc="the message of a refusal; by default it says what is wrong"
    )
    output_token_variable_name: str | None = literal(
        VARIABLE_NAME, default=None, doc="a variable that gets the token as a Jwt"
    )

    def run(self, exchange: Exchange, /) -> Awaitable[None] | None:
        """Find, read and check the token; keep it in the variable.

        Callers send the same token again and again: one that held, and whose keys are the same, is too old or not.
        """
        text = self.token_text(exchange)
        if not text:
            raise self._refused(exchange, NOT_PRESENT)
        ground = self.ground(exchange)
        services = exchange.services
        token = None if ground is None else services.verifier.known(text)
        verdict = None if token is None else token.verdicts.get(self._mark)
        if ground is None or token is None or verdict is None or not verdict.holds(ground, services.clock.now()):
            return self._examine(exchange, text, ground)
        self._accept(exchange, token, text)
        return None

    @cached_property
    def _mark(self) -> object:
        """What stands for this policy in tokens, which may be kept for longer than it is."""
        return object()

    async def _examine(self, exchange: Exchange, text: str, ground: tuple[object, ...] | None) -> None:
        try:
            token = exchange.services.verifier.read(text, self.decryption_jwks(exchange))
        except TokenError as error:
            raise self._refused(exchange, Refusal("JwtInvalid", f"{error} Access denied.")) from error
        refusal = await self.check(exchange, token)
        if refusal is not None:
            raise self._refused(exchange, refusal)
        if ground is not None and self.ground(exchange) == ground:
            if len(token.verdicts) >= MOST_VERDICTS:
                token.verdicts.clear()
            start, end = lifetime(token.claims)
            token.verdicts[self._mark] = Verdict(ground, start, end, self.skew(exchange))
        self._accept(exchange, token, token.text)

    def _accept(self, exchange: Exchange, token: Token, text: str) -> None:
        exchange.note("the token holds")
        if self.output_token_variable_name is not None:
            jwt = Jwt(token.header, token.claims, text, token.claim_texts)
            exchange.context.variables[self.output_token_variable_name] = jwt

    @abstractmethod
    def token_text(self, exchange: Exchange) -> str | None:
        """Return the compact token, or None where there is none."""

    @abstractmethod
    def decryption_jwks(self, exchange: Exchange) -> Sequence[Jwk]:
        """Return the keys that open encrypted tokens."""

    @abstractmethod
    def ground(self, exchange: Exchange) -> tuple[object, ...] | None:
        """Return what the check rests on beside the token, this policy and the time; None where it must be asked for."""

    def skew(self, exchange: Exchange) -> float:  # noqa: ARG002 - where clocks must agree
        """Return the seconds by which clocks may differ."""
        return 0.0

    @abstractmethod
    async def check(self, exchange: Exchange, token: Token) -> Refusal | None:
        """Check signature and claims."""

    @abstractmethod
    async def signature_keys(self, exchange: Exchange, *, refresh: bool) -> Sequence[Jwk]:
        """Return all keys that may have signed; `refresh` asks again for one that is unknown."""

    async def check_signature(self, exchange: Exchange, token: Token) -> Refusal | None:
        """Check the signature: the key that the header names, else every key (validate-jwt page, "id")."""
        algorithm = token.header.get("alg")
        if algorithm not in exchange.settings.jwt_algorithms:
            exchange.trace.decided_by("jwt.algorithms", ", ".join(exchange.settings.jwt_algorithms))
            return Refusal("TokenSignatureInvalid", "The token is not signed by an accepted algorithm. Access denied.")
        identifier = str(token.header.get("kid") or token.header.get("x5t") or "")
        keys = await self.signature_keys(exchange, refresh=False)
        named = [key for key in keys if key.answers_to(identifier)]
        if identifier and not named:
            keys = await self.signature_keys(exchange, refresh=True)
            named = [key for key in keys if key.answers_to(identifier)]
        if exchange.services.verifier.is_signed(token, named or keys):
            return None
        if named or (keys and not identifier):
            return Refusal("TokenSignatureInvalid", "Signature validation failed. Access denied.")
        text = "Signature validation failed. Unable to match the key of the token. Access denied."
        return Refusal("TokenSignatureKeyNotFound", text)

    def certificate_jwks(self, exchange: Exchange, certificate_id: str) -> list[Jwk]:
        """Return the key of a certificate entity; none where it has no content at hand (Key Vault)."""
        properties = exchange.services.catalog.properties(f"certificates/{certificate_id}") or {}
        data = properties.get("data")
        if not isinstance(data, str):
            exchange.note(f"certificate '{certificate_id}' is not at hand")
            return []
        try:
            key = exchange.services.verifier.certificate_key(decode_base64(data), str(properties.get("password") or ""))
        except ValueError:
            exchange.note(f"certificate '{certificate_id}' cannot be read")
            return []
        return [key]

    def _refused(self, exchange: Exchange, refusal: Refusal) -> PolicyError:
        context = exchange.context
        exchange.note(f"refused: {refusal.reason}")
        own = self.failed_validation_error_message
        headers: list[tuple[str, str]] = []
        if exchange.settings.jwt_www_authenticate:
            error = "" if refusal is NOT_PRESENT else ' error="invalid_token"'
            headers.append(("WWW-Authenticate", f"Bearer{error}"))
        return PolicyError(
            self.element_name,
            refusal.reason,
            refusal.message,
            self.failed_validation_httpcode(context),
            body_message=refusal.message if own is None else own(context),
            headers=headers,
        )


def scheme_and_token(value: str) -> tuple[str | None, str]:
    """Split an `Authorization` value; without white space there is no scheme."""
    parts = value.split(None, 1)
    if len(parts) < 2:  # noqa: PLR2004 - scheme and token
        return None, value.strip()
    return parts[0], parts[1].strip()


def query_value(exchange: Exchange, name: str) -> str | None:
    """Return a query parameter of the request; names compare without case."""
    for key, values in exchange.request.url.query.items():
        if key.lower() == name.lower():
            return values[0]
    return None


def decode_base64(text: str) -> bytes:
    """Decode Base64 as uploads and inline keys come: with line breaks, or without padding.

    Raises:
        ValueError: it is none.
    """
    compact = "".join(text.split())
    return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
