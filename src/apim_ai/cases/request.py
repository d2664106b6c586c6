"""Makes the requests of a step: what it says, what `parallel` lays over it, its token and its caller's key."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from apim_ai.cases.content import mapping, texts
from apim_ai.cases.tokens import decoded, mint
from apim_ai.errors import CaseError
from apim_ai.message import Body, Headers, Request, Url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.cases.model import Case
    from apim_ai.cases.tokens import Issuers
    from apim_ai.resource import Resources

__all__ = ["Requests"]

_ORIGIN = "https://gateway.test"
_ABSOLUTE = re.compile(r"https?://[^/?#]", re.IGNORECASE)
_KEY_HEADER = "Ocp-Apim-Subscription-Key"
_BODIES = ("json", "base64", "body")
_OPTIONS = frozenset({"caller", "token"})


class Requests:
    """Makes requests for one case.

    Args:
        case: the case, for places and its default caller.
        resources: where subscriptions and key names stand.
        issuers: who signs tokens.
    """

    def __init__(self, case: Case, resources: Resources, issuers: Issuers) -> None:
        self._case = case
        self._resources = resources
        self._issuers = issuers

    def of(self, index: int, step: Mapping[str, Any], overlay: Mapping[str, Any], now: float) -> Request:
        """Return a step's request.

        Args:
            index: the step's number.
            step: the step.
            overlay: what an entry of `parallel` lays over it.
            now: seconds since 1970, for tokens.

        Raises:
            CaseError: it names what the case does not have, or is no request.
        """
        content = _laid_over(mapping(step.get("request")), overlay)
        headers = Headers()
        for name, value in mapping(content.get("headers")).items():
            headers.set(name, *texts(value))
        url = self._url(str(content.get("url") or "/"), index)
        body = _body(content, headers)
        token = overlay.get("token", step.get("token"))
        if token is not None:
            url = self._add_token(token, headers, url, index, now)
        self._add_key(overlay.get("caller", step.get("caller", self._case.content.get("caller"))), headers, url)
        _add_own_fields(headers, url, body)
        method = str(content.get("method") or ("POST" if body is not None else "GET"))
        return Request(method, url, headers, body, str(content.get("client_ip", "127.0.0.1")))

    def _url(self, text: str, index: int) -> Url:
        """Return the URL as the gateway sees it: an absolute one names the gateway's own scheme and host."""
        if not _ABSOLUTE.match(text):
            text = _ORIGIN + (text if text.startswith("/") else f"/{text}")
        try:
            return Url.parse(text.partition("#")[0])
        except ValueError as error:
            span = self._case.span("steps", index, "request", "url")
            raise CaseError(f"'{text}' is no URL: {error}", span=span) from error

    def _add_token(self, token: Mapping[str, Any], headers: Headers, url: Url, index: int, now: float) -> Url:
        try:
            text = mint(token, self._issuers, now)
        except ValueError as error:
            raise CaseError(
                f"the token cannot be made: {error}", span=self._case.span("steps", index, "token")
            ) from error
        if token.get("query"):
            return url.with_query([*url.query_pairs(), (str(token["query"]), text)])
        scheme = token.get("scheme", "Bearer")
        headers.set(str(token.get("header") or "Authorization"), text if scheme is None else f"{scheme} {text}")
        return url

    def _add_key(self, caller: Mapping[str, Any] | None, headers: Headers, url: Url) -> None:
        name = mapping(caller).get("subscription")
        if name is None:
            return
        subscription = self._resources.get(f"subscriptions/{name}")
        if subscription is None:
            raise CaseError(f"the case has no subscription '{name}'", span=self._case.span("caller"))
        header, query = self._key_names(url)
        if header not in headers and query not in url.query:
            headers.set(header, str(subscription.properties.get("primaryKey", "")))

    def _key_names(self, url: Url) -> tuple[str, str]:
        """Return the names of the header and query parameter that the API at a path takes keys in."""
        best = ""
        found = (_KEY_HEADER, "subscription-key")
        for api in self._resources.of("api"):
            path = "/" + str(api.properties.get("path", "")).strip("/")
            fits = url.path == path or url.path.startswith(path.rstrip("/") + "/")
            if fits and len(path) >= len(best):
                names = mapping(api.properties.get("subscriptionKeyParameterNames"))
                best = path
                found = (str(names.get("header") or _KEY_HEADER), str(names.get("query") or "subscription-key"))
        return found


def _body(content: Mapping[str, Any], headers: Headers) -> Body | None:
    if "json" in content:
        if "Content-Type" not in headers:
            headers.set("Content-Type", "application/json")
        return Body(json.dumps(content["json"], ensure_ascii=False).encode())
    if "base64" in content:
        return Body(decoded(content["base64"]))
    return Body(str(content["body"]).encode()) if content.get("body") is not None else None


def _add_own_fields(headers: Headers, url: Url, body: Body | None) -> None:
    """Add what every client says by itself."""
    if "Host" not in headers:
        headers.set("Host", url.authority)
    if body is not None and body.content and "Content-Length" not in headers and "Transfer-Encoding" not in headers:
        headers.set("Content-Length", str(len(body.content)))


def _laid_over(request: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request with an overlay's keys in place of its own; headers one by one, and one body only."""
    changes = {key: value for key, value in overlay.items() if key not in _OPTIONS}
    base = request
    if not changes.keys().isdisjoint(_BODIES):
        base = {key: value for key, value in request.items() if key not in _BODIES}
    content = {**base, **changes}
    if "headers" in changes:
        added = mapping(changes["headers"])
        names = {name.lower() for name in added}
        kept = {name: value for name, value in mapping(request.get("headers")).items() if name.lower() not in names}
        content["headers"] = {**kept, **added}
    return content
