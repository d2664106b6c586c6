"""Subscription keys: who the caller is, and whether the API is open to them.

Source: subscriptions page, "How API Management handles requests with or without subscription keys".
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from apim_ai.gateway.entities import base_api_id, product_entity, seconds, subscription_entity, user_entity
from apim_ai.resource.shape import relative_id
from apim_ai.runtime import PolicyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from apim_ai.expression.context import Product, Subscription, User
    from apim_ai.gateway.routing import ApiRoute
    from apim_ai.message import Request
    from apim_ai.resource import Resource

__all__ = ["Admission", "Subscriptions", "key_of"]

_MISSING = (
    "Access denied due to missing subscription key. Make sure to include subscription key when making requests to"
)
_INVALID = "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription."


@dataclass(frozen=True, slots=True)
class Admission:
    """Whom a request comes from; all None for an anonymous call of an open API."""

    subscription: Subscription | None = None
    product: Product | None = None
    user: User | None = None


ANONYMOUS = Admission()


@dataclass(frozen=True, slots=True)
class _Holder:
    """What a key opens, and to whom."""

    admission: Admission
    scope: Literal["all", "api", "product"]
    target: str
    is_active: bool
    ends: float | None


def key_of(api: ApiRoute, request: Request) -> str:
    """Return the key that a request carries: the header's, else the query's, else an empty text."""
    key = request.headers.get(api.key_header)
    if key is None and request.url.query_string:
        key = next(iter(request.url.query.get(api.key_query, ())), None)
    return key or ""


class Subscriptions:
    """Finds subscriptions by key, in constant time: keys are looked up by a salted hash, never compared as text.

    Args:
        resources: the resources of the kinds subscription, product, product_api and user.
        now: the gateway's clock, in seconds since 1970.
    """

    def __init__(
        self,
        subscriptions: Iterable[Resource],
        products: Mapping[str, Resource],
        links: Iterable[Resource],
        users: Mapping[str, Resource],
        now: Callable[[], float],
    ) -> None:
        self._now = now
        self._salt = secrets.token_bytes(16)
        self._products = {key: product_entity(resource) for key, resource in products.items()}
        self._apis_of: dict[str, set[str]] = {}
        self._open_products: dict[str, list[Product]] = {}
        for link in links:
            self._link(link.id.split("/")[1].lower(), base_api_id(link.name).lower())
        self._users = {key: user_entity(resource) for key, resource in users.items()}
        self._by_key: dict[bytes, _Holder] = {}
        for resource in subscriptions:
            self._add(resource)

    def _link(self, product_id: str, api: str) -> None:
        self._apis_of.setdefault(product_id, set()).add(api)
        product = self._products.get(product_id)
        if product is not None and not product.subscription_required:
            self._open_products.setdefault(api, []).append(product)

    def _add(self, resource: Resource) -> None:
        properties = resource.properties
        scope, target = _scope(str(properties.get("scope") or ""))
        product = self._products.get(target) if scope == "product" else None
        owner = relative_id(str(properties.get("ownerId") or "")).rsplit("/", 1)[-1].lower()
        for name in ("primaryKey", "secondaryKey"):
            key = properties.get(name)
            if key:
                self._by_key[self._hash(str(key))] = _Holder(
                    Admission(subscription_entity(resource, str(key)), product, self._users.get(owner)),
                    scope,
                    target,
                    str(properties.get("state", "active")).lower() == "active",
                    seconds(properties.get("expirationDate")),
                )

    def _hash(self, key: str) -> bytes:
        return hashlib.blake2b(key.encode("utf-8", "surrogateescape"), key=self._salt, digest_size=16).digest()

    def admit(self, api: ApiRoute, key: str) -> Admission | None:
        """Return whom a key belongs to, or None when it does not open the API.

        A wrong key is refused also where the API is open to anyone.
        """
        api_name = api.base_id.rsplit("/", 1)[-1]
        if not key:
            return self._without_key(api, api_name)
        holder = self._by_key.get(self._hash(key))
        if holder is None or not holder.is_active or (holder.ends is not None and holder.ends <= self._now()):
            return None
        match holder.scope:
            case "all":
                return holder.admission
            case "api":
                fits = holder.target in (api_name, api.base_id)
                return holder.admission if fits else None
            case "product":
                return holder.admission if api_name in self._apis_of.get(holder.target, ()) else None

    def _without_key(self, api: ApiRoute, api_name: str) -> Admission | None:
        open_products: Sequence[Product] = self._open_products.get(api_name, ())
        if open_products:
            return Admission(product=open_products[0])
        return None if api.requires_subscription else ANONYMOUS


def refusal(api: ApiRoute, key: str, host: str, *, challenges: bool) -> PolicyError:
    """Return the 401 for a request without a key, or with one that does not open the API.

    Source: error-handling page for reason and message; the body says "an API" where the message says "this API".
    """
    realm = f"https://{host}/{api.entity.path}"
    challenge = f'AzureApiManagementKey realm="{realm}",name="{api.key_header}",type="header"'
    headers = [("WWW-Authenticate", challenge)] if challenges else []
    if key:
        return PolicyError("authorization", "SubscriptionKeyInvalid", _INVALID, 401, headers=headers)
    return PolicyError(
        "authorization",
        "SubscriptionKeyNotFound",
        f"{_MISSING} this API.",
        401,
        body_message=f"{_MISSING} an API.",
        headers=headers,
    )


def _scope(scope: str) -> tuple[Literal["all", "api", "product"], str]:
    """Return what a subscription's `scope` opens: `/products/x`, `/apis/x`, `/apis` or the whole service."""
    parts = relative_id(scope + "/").lower().split("/")
    if parts[0] == "products" and len(parts) > 1:
        return "product", parts[1]
    if parts[0] == "apis" and len(parts) > 1:
        return "api", base_api_id(parts[1])
    if parts[0] == "workspaces" and len(parts) > 3:  # noqa: PLR2004 - workspaces/{w}/apis/{a}
        return ("product" if parts[2] == "products" else "api"), base_api_id("/".join(parts))
    return "all", ""
