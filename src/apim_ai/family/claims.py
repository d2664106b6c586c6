"""What a token's claims must be: lifetime, issuer, audience, required claims. Pure checks on values."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, cast
from urllib.parse import urlsplit

from apim_ai.definition import TEXT, Item, Value, attribute, choice, item, literal, texts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from apim_ai.expression.context import Context

__all__ = [
    "Claim",
    "Refusal",
    "Requirement",
    "audiences_of",
    "check_audience",
    "check_claims",
    "check_issuer",
    "check_lifetime",
    "claim_texts",
    "document_issuer",
    "lifetime",
]

_MANY_TENANTS = frozenset({"common", "organizations"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a token is refused: `context.LastError.Reason` and `.Message`."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """A required claim, evaluated.

    Args:
        values: what it may hold; none: it only has to be there.
        is_any: one of the values suffices.
        separator: splits a claim that is one text.
    """

    name: str
    values: tuple[str, ...]
    is_any: bool
    separator: str | None


@item("claim")
class Claim(Item):
    """A claim that the token must have."""

    name: str = literal(TEXT)
    match: Value[Literal["all", "any"]] = attribute(choice("all", "any"), default="all", expressions="undocumented")
    separator: str | None = literal(TEXT, default=None, doc="splits a claim that is one text into several values")
    value: tuple[Value[str], ...] = texts("value", TEXT)

    def requirement(self, context: Context) -> Requirement:
        """Return what it requires of this exchange's token."""
        values = tuple(value(context).strip() for value in self.value)
        return Requirement(self.name, values, self.match(context) == "any", self.separator)


def claim_texts(value: object) -> list[str]:
    """Return the values of a claim as C# sees them in `Jwt.Claims`: a list is several values, an object its JSON."""
    if isinstance(value, list):
        return [text for each in cast("list[object]", value) for text in claim_texts(each)]
    if isinstance(value, str):
        return [value]
    return ["" if value is None else json.dumps(value, separators=(",", ":"), ensure_ascii=False)]


def audiences_of(claims: Mapping[str, object]) -> list[str]:
    """Return the audiences; there are none without the claim."""
    return claim_texts(claims["aud"]) if "aud" in claims else []


def check_lifetime(claims: Mapping[str, object], now: float, skew: float, *, needs_expiry: bool) -> Refusal | None:
    """Check `exp` and `nbf`, in seconds since 1970."""
    for name in ("exp", "nbf"):
        if name in claims and _seconds(claims[name]) is None:
            return Refusal("JwtInvalid", f"Lifetime validation failed. The claim '{name}' is no time. Access denied.")
    expiry, start = _seconds(claims.get("exp")), _seconds(claims.get("nbf"))
    if expiry is None and needs_expiry:
        return Refusal("JwtInvalid", "Lifetime validation failed. The token has no expiration time. Access denied.")
    if expiry is not None and expiry < now - skew:
        text = f"Lifetime validation failed. The token is expired. ValidTo: '{_time(expiry)}'. Access denied."
        return Refusal("TokenExpired", text)
    if start is not None and start > now + skew:
        text = f"Lifetime validation failed. The token is not yet valid. ValidFrom: '{_time(start)}'. Access denied."
        return Refusal("JwtInvalid", text)
    return None


def lifetime(claims: Mapping[str, object]) -> tuple[float, float]:
    """Return `nbf` and `exp` in seconds since 1970; a token without them is as old and lives as long as it likes."""
    start, end = _seconds(claims.get("nbf")), _seconds(claims.get("exp"))
    return -math.inf if start is None else start, math.inf if end is None else end


def document_issuer(url: str, issuer: str, claims: Mapping[str, object]) -> str:
    """Return the issuer that a document expects of a token; empty where none can be right.

    Documents of many tenants (`common`, `organizations`) hold `{tenantid}` where the token's `tid` belongs; in all
    others the text stands for itself.
    """
    if "{tenantid}" not in issuer or _MANY_TENANTS.isdisjoint(urlsplit(url).path.lower().split("/")):
        return issuer
    tenant = claims.get("tid")
    return issuer.replace("{tenantid}", tenant) if isinstance(tenant, str) and tenant else ""


def check_issuer(claims: Mapping[str, object], issuers: Collection[str]) -> Refusal | None:
    """Check that `iss` is one of these issuers, letter by letter."""
    issuer = claims.get("iss")
    if issuer and issuer in issuers:
        return None
    return Refusal("TokenIssuerNotAllowed", "Issuer validation failed. The issuer is not allowed. Access denied.")


def check_audience(claims: Mapping[str, object], audiences: Collection[str]) -> Refusal | None:
    """Check that one of the token's audiences is one of these."""
    if any(audience in audiences for audience in audiences_of(claims)):
        return None
    text = "Audience validation failed. The audiences of the token are not allowed. Access denied."
    return Refusal("TokenAudienceNotAllowed", text)


def check_claims(
    claims: Mapping[str, object], required: Sequence[Requirement], *, without_values: Literal["exists", "ignore"]
) -> Refusal | None:
    """Check required claims: first that all are there, then what they hold (messages: error-handling page)."""
    if without_values == "ignore":
        required = [each for each in required if each.values]
    missing = [each.name for each in required if each.name not in claims]
    if missing:
        names = ", ".join(missing)
        return Refusal("TokenClaimNotFound", f"JWT token is missing the following claims: {names}. Access denied.")
    for each in required:
        found = _split(claim_texts(claims[each.name]), each.separator)
        if not _suffices(found, each):
            text = f"Claim {each.name} value of {','.join(found)} is not allowed. Access denied."
            return Refusal("TokenClaimValueNotAllowed", text)
    return None


def _suffices(found: Sequence[str], required: Requirement) -> bool:
    if not required.values:
        return True
    hits = [value in found for value in required.values]
    return any(hits) if required.is_any else all(hits)


def _split(values: Sequence[str], separator: str | None) -> list[str]:
    if not separator:
        return list(values)
    return [part for value in values for part in value.split(separator)]


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _time(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%m/%d/%Y %H:%M:%S")
    except (ValueError, OverflowError, OSError):
        return f"{seconds:g}"
