"""The control plane through `azure-mgmt-apimanagement`: the only module that knows the SDK and its generation.

Bodies go out as bytes and answers are read as raw JSON, for the SDK's models of 5.x silently drop every property that
they do not know. Reading the SDK costs some 0.3 s, so this module is imported only by commands that need it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import requests
import stamina
from azure.core.exceptions import AzureError, HttpResponseError, ResourceNotFoundError
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest
from azure.mgmt.apimanagement import ApiManagementClient
from requests.adapters import HTTPAdapter

from apim_ai.deploy.credential import credential_for
from apim_ai.deploy.service import BusyError, Entity
from apim_ai.deploy.translation import translated
from apim_ai.resource.shape import is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from apim_ai.deploy.target import Target
    from apim_ai.resource import Kind

__all__ = ["Client"]

_T = TypeVar("_T")
_BUSY_TRIES = 10
_BUSY_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class _Methods:
    """How the SDK's operation group for a kind is called, where it is not called the usual way."""

    group: str
    list: str = "list_by_service"
    put: str = "create_or_update"
    get: str = "get"
    delete: str = "delete"


_METHODS = {
    "named_value": _Methods("named_value", put="begin_create_or_update"),
    "backend": _Methods("backend"),
    "fragment": _Methods("policy_fragment", put="begin_create_or_update"),
    "version_set": _Methods("api_version_set"),
    "api": _Methods("api", put="begin_create_or_update", delete="begin_delete"),
    "operation": _Methods("api_operation", list="list_by_api"),
    "api_schema": _Methods("api_schema", list="list_by_api", put="begin_create_or_update"),
    "global_policy": _Methods("policy"),
    "api_policy": _Methods("api_policy", list="list_by_api"),
    "operation_policy": _Methods("api_operation_policy", list="list_by_operation"),
    "product": _Methods("product"),
    "product_policy": _Methods("product_policy", list="list_by_product"),
    "product_api": _Methods("product_api", list="list_by_product"),
    "product_group": _Methods("product_group", list="list_by_product"),
    "subscription": _Methods("subscription", list="list"),
    "logger": _Methods("logger"),
    "diagnostic": _Methods("diagnostic"),
    "api_diagnostic": _Methods("api_diagnostic"),
    "cache": _Methods("cache"),
    "tag": _Methods("tag"),
    "api_tag": _Methods("tag", list="list_by_api", put="assign_to_api", get="get_by_api", delete="detach_from_api"),
    "group": _Methods("group"),
    "user": _Methods("user", delete="begin_delete"),
    "certificate": _Methods("certificate"),
    "api_release": _Methods("api_release"),
}
_LINKS = frozenset({"product_api", "product_group"})
"""Links that the SDK cannot GET; their list is asked instead."""

_DELETE_OPTIONS = {"api": {"delete_revisions": True}}


@dataclass(frozen=True, slots=True)
class _Answer:
    properties: Mapping[str, Any]
    etag: str | None


class _Bearer(SansIOHTTPPolicy[Any, Any]):
    """Sends an embedded control plane its token; the SDK's own policy refuses plain http."""

    def __init__(self, token: str) -> None:
        self._header = f"Bearer {token}"

    def on_request(self, request: Any) -> None:  # noqa: ANN401 - the SDK's type
        request.http_request.headers["Authorization"] = self._header


class _Wire(HTTPAdapter):
    """Lets so many requests be under way at once, whatever the number of threads.

    There are more threads than that: while some prepare requests and judge answers, others wait for the service.

    Args:
        at_once: how many.
    """

    def __init__(self, at_once: int) -> None:
        self._free = BoundedSemaphore(at_once)
        super().__init__(pool_connections=4, pool_maxsize=2 * at_once)

    def send(self, *arguments: Any, **options: Any) -> requests.Response:  # noqa: ANN401 - as requests has it
        """Send a request as soon as there is room."""
        with self._free:
            return super().send(*arguments, **options)


class _NoCredential:
    """Stands where the SDK insists on a credential that it never asks."""


class Client:
    """A `Service` over the Azure SDK, for several threads.

    Args:
        target: the service and how to reach it.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self._session = requests.Session()
        wire = _Wire(target.concurrency)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, wire)
        if target.is_local:
            self._session.trust_env = False  # a proxy of the machine has no business on the loopback
        self._sdk: Any = ApiManagementClient(**self._options())

    def close(self) -> None:
        """Close the connections."""
        self._sdk.close()
        self._session.close()

    def describe(self) -> Mapping[str, Any]:
        """Return the service's own entity."""
        answer = self._call(lambda: self._sdk.api_management_service.get(*self._place, cls=_whole))
        return answer or {}

    def permissions(self) -> Sequence[Mapping[str, Any]] | None:
        """Return what the credential may do with the service, as Azure's roles say it; None where nobody can tell."""
        query = "/providers/Microsoft.Authorization/permissions?api-version=2022-04-01"
        request = HttpRequest("GET", f"{self._target.url}{self._target.id}{query}")

        def ask() -> Mapping[str, Any] | None:
            response = self._sdk._client.send_request(request)  # noqa: SLF001 - the SDK has no method for it
            response.raise_for_status()
            return response.json()

        answer = self._call(ask)
        found = answer.get("value") if answer else None
        return [entry for entry in found if is_object(entry)] if is_list(found) else None

    def list(self, kind: Kind, parent: str = "") -> tuple[Entity, ...]:
        """Return all resources of a kind, page after page."""
        return self._tried(lambda: self._listed(kind, parent))

    def get(self, kind: Kind, identifier: str) -> Entity | None:
        """Return a resource with its version."""
        if kind.name in _LINKS:
            siblings = self.list(kind, identifier.rsplit("/", 2)[0])
            return next((entity for entity in siblings if entity.id.lower() == identifier.lower()), None)
        methods, arguments = _METHODS[kind.name], self._arguments(kind, identifier)
        options = {"format": "rawxml"} if kind.is_policy or kind.name == "fragment" else {}
        method = getattr(self._group(kind), methods.get)
        answer = self._call(lambda: method(*arguments, cls=_answer, **options))
        return None if answer is None else Entity(kind.name, identifier, answer.properties, answer.etag)

    def put(self, kind: Kind, identifier: str, properties: Mapping[str, Any], etag: str | None = None) -> Entity:
        """Create or replace a resource and wait until the service has done it."""
        return self._put(kind, identifier, properties, {"if_match": etag})

    def create(self, kind: Kind, identifier: str, properties: Mapping[str, Any]) -> Entity:
        """Create a resource, only if there is none, and wait until the service has done it."""
        return self._put(kind, identifier, properties, {"headers": {"If-None-Match": "*"}})

    def _put(self, kind: Kind, identifier: str, properties: Mapping[str, Any], guard: Mapping[str, Any]) -> Entity:
        methods, arguments = _METHODS[kind.name], self._arguments(kind, identifier)
        method = getattr(self._group(kind), methods.put)
        options: dict[str, Any] = {"cls": _answer}
        if kind.has_body:
            arguments = (*arguments, json.dumps({"properties": properties}).encode())
            options |= guard
        answer = self._tried(lambda: _finished(method(*arguments, **options)))
        return Entity(kind.name, identifier, answer.properties, answer.etag)

    def delete(self, kind: Kind, identifier: str, etag: str | None = None) -> None:
        """Delete a resource and wait until it is gone."""
        methods, arguments = _METHODS[kind.name], self._arguments(kind, identifier)
        method = getattr(self._group(kind), methods.delete)
        if kind.has_body:
            arguments = (*arguments, etag or "*")
        options = _DELETE_OPTIONS.get(kind.name, {}) if ";rev=" not in identifier else {}
        self._call(lambda: _finished(method(*arguments, **options)))

    @property
    def _place(self) -> tuple[str, str]:
        return self._target.resource_group, self._target.service

    def _options(self) -> dict[str, Any]:
        target = self._target
        options: dict[str, Any] = {
            "subscription_id": target.subscription,
            "base_url": target.url,
            "api_version": target.api_version,
            "polling_interval": target.poll,
            "transport": RequestsTransport(session=self._session, session_owner=False, connection_timeout=10),
            "user_agent": "apim-ai",
        }
        if target.token is not None:
            fast = {"retry_total": 8, "retry_connect": 2, "retry_backoff_factor": 0.1, "retry_backoff_max": 5}
            return {**options, **fast, "credential": _NoCredential(), "authentication_policy": _Bearer(target.token)}
        host = urlsplit(target.url).hostname
        return {
            **options,
            "credential": credential_for(target),
            "credential_scopes": [f"https://{host}/.default"],
            "retry_total": 10,
            "retry_connect": 4,
        }

    def _group(self, kind: Kind) -> Any:  # noqa: ANN401 - the SDK's type
        return getattr(self._sdk, _METHODS[kind.name].group)

    def _arguments(self, kind: Kind, identifier: str) -> tuple[Any, ...]:
        names = kind.names_of(identifier)
        if names is None:
            raise ValueError(f"{identifier} is no {kind.name}")
        return (*self._place, *names, *(("policy",) if kind.is_policy else ()))

    def _listed(self, kind: Kind, parent: str) -> tuple[Entity, ...]:
        found: list[Entity] = []
        collection = kind.path.rsplit("/", 2)[-2] if not parent else f"{parent}/{kind.path.split('/')[-2]}"

        def page(response: Any) -> None:  # noqa: ANN401 - the SDK's type
            items = _json(response).get("value", ())
            found.extend(
                Entity(kind.name, f"{collection}/{item['name']}", item.get("properties") or {}) for item in items
            )

        method = getattr(self._group(kind), _METHODS[kind.name].list)
        names = parent.split("/")[1::2] if parent else ()
        try:
            for _ in method(*self._place, *names, raw_response_hook=page):
                pass
        except ResourceNotFoundError:
            return ()
        return tuple(found)

    def _call(self, action: Callable[[], _T]) -> _T | None:
        """Run an action; what is not found gives None."""

        def attempt() -> _T | None:
            try:
                return action()
            except ResourceNotFoundError:
                return None

        return self._tried(attempt)

    def _tried(self, action: Callable[[], _T]) -> _T:
        """Run an action again while the service says that it is busy, which the SDK takes for a failure."""
        for attempt in stamina.retry_context(
            on=BusyError, attempts=_BUSY_TRIES, timeout=_BUSY_SECONDS, wait_initial=self._target.poll, wait_max=10.0
        ):
            with attempt:
                try:
                    return action()
                except (HttpResponseError, AzureError, ValueError) as error:
                    raise translated(error, self._target) from error
        raise AssertionError  # pragma: no cover - the last attempt raises


def _finished(result: Any) -> Any:  # noqa: ANN401 - the SDK's type
    """Wait for a long-running operation; other results are at hand."""
    return result.result() if hasattr(result, "result") else result


def _json(response: Any) -> Mapping[str, Any]:  # noqa: ANN401 - the SDK's type
    text = response.http_response.text()
    return json.loads(text) if text else {}


def _answer(response: Any, _model: object, _headers: object) -> _Answer:  # noqa: ANN401 - the SDK's type
    return _Answer(_json(response).get("properties") or {}, response.http_response.headers.get("ETag"))


def _whole(response: Any, _model: object, _headers: object) -> Mapping[str, Any]:  # noqa: ANN401 - the SDK's type
    return _json(response)
