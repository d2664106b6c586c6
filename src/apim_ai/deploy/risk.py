"""What a reader of a plan should look at twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.deploy.service import Entity
    from apim_ai.resource import Resource

__all__ = ["risks"]

_GUARDS = {
    "rate-limit": "a rate limit",
    "rate-limit-by-key": "a rate limit",
    "quota": "a quota",
    "quota-by-key": "a quota",
    "azure-openai-token-limit": "a token limit",
    "llm-token-limit": "a token limit",
    "validate-jwt": "a token check",
    "validate-azure-ad-token": "a token check",
    "llm-content-safety": "the content safety check",
    "ip-filter": "an IP filter",
    "check-header": "a header check",
}
_ELEMENT = re.compile(r"<([a-z][\w-]*)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def risks(desired: Resource | None, actual: Entity | None) -> tuple[str, ...]:
    """Return remarks on a change: what it takes away or opens up.

    Args:
        desired: the declared resource, or None for a delete.
        actual: the actual one, or None for a create.
    """
    if actual is None:
        return ()
    if desired is None:
        return ("callers of this API get 404",) if actual.kind == "api" else ()
    before, after = actual.properties, desired.properties
    return (*_guards(before, after), *_openings(before, after), *_moves(desired.kind, before, after))


def _guards(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    former, now = _elements(before), _elements(after)
    for element, words in _GUARDS.items():
        if former.count(element) > now.count(element):
            yield f"removes {words} ({element})"


def _elements(properties: Mapping[str, Any]) -> list[str]:
    return _ELEMENT.findall(_COMMENT.sub("", str(properties.get("value", ""))))


def _openings(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name in ("subscriptionRequired", "approvalRequired"):
        if before.get(name) is True and after.get(name) is False:
            yield f"{name} true → false"
    if before.get("state") == "published" and after.get("state") == "notPublished":
        yield "the product is no longer published"
    if before.get("state") == "active" and after.get("state") not in {None, "active"}:
        yield f"the subscription is no longer active: {after['state']}"


def _moves(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    if kind == "api" and "path" in after and before.get("path") != after["path"]:
        yield "the API's path changes"
    for name in ("url", "serviceUrl"):
        former, now = _host(before.get(name)), _host(after.get(name))
        if former and now and former != now:
            yield f"the backend's host changes: {former} → {now}"


def _host(url: object) -> str | None:
    try:
        return urlsplit(url).hostname if isinstance(url, str) else None
    except ValueError:
        return None
