"""Backend entities as configured: where they are, how they are called, with which credentials."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from apim_ai.expression.context import BackendInfo
from apim_ai.gateway.breaker import rule_of
from apim_ai.gateway.pool import affinity_of, best_group, members_of
from apim_ai.message import Url
from apim_ai.resource.shape import is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.config import GatewaySettings
    from apim_ai.gateway.breaker import Rule
    from apim_ai.gateway.pool import Affinity, Member

__all__ = ["BackendEntity", "read_backend"]

_NAMED_VALUE = re.compile(r"\{\{([A-Za-z0-9_.-]+)\}\}")


@dataclass(frozen=True, slots=True)
class BackendEntity:
    """One backend entity.

    Args:
        id: its name.
        info: what `context.Backend` shows.
        url: its URL with the query of its credentials; None for a pool.
        headers: header credentials, `Authorization` of `credentials.authorization` included.
        identity: (resource, client id) whose managed identity authorizes the calls, or None.
        certificate: id of its client certificate, or None.
        verify_chain: whether the server's certificate must be trusted; verify_name: and be for the host.
        proxy: URL of a proxy, with user and password in it.
        rule: its circuit breaker.
        members: the members of a pool; affinity: its session awareness.
        best: those members that take requests while no circuit is open.
    """

    id: str
    info: BackendInfo
    url: Url | None
    headers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    identity: tuple[str, str | None] | None = None
    certificate: str | None = None
    verify_chain: bool = True
    verify_name: bool = True
    proxy: str | None = None
    rule: Rule | None = None
    members: tuple[Member, ...] = ()
    affinity: Affinity | None = None
    best: tuple[Member, ...] = ()

    @property
    def is_pool(self) -> bool:
        """Whether requests go to its members."""
        return self.info.type == "Pool"


def read_backend(
    name: str, properties: Mapping[str, Any], named_values: Mapping[str, str], settings: GatewaySettings
) -> BackendEntity:
    """Read a backend entity; named values in its properties are put in.

    Raises:
        ValueError: its URL is not one.
    """
    filled = cast("Mapping[str, Any]", _filled(properties, named_values))
    is_pool = str(filled.get("type") or "Single").lower() == "pool"
    region = filled.get("azureRegion")
    info = BackendInfo(name, "Pool" if is_pool else "Single", str(region) if region else None)
    return _read_pool(info, filled, settings) if is_pool else _read_single(info, filled)


def _read_pool(info: BackendInfo, filled: Mapping[str, Any], settings: GatewaySettings) -> BackendEntity:
    members = members_of(filled, settings)
    return BackendEntity(
        info.id,
        info,
        None,
        members=members,
        affinity=affinity_of(filled),
        rule=rule_of(filled),
        best=best_group(members, ()),
    )


def _read_single(info: BackendInfo, filled: Mapping[str, Any]) -> BackendEntity:
    credentials = cast("Mapping[str, Any]", filled.get("credentials") or {})
    tls = cast("Mapping[str, Any]", filled.get("tls") or {})
    identity = cast("Mapping[str, Any]", credentials.get("managedIdentity") or {})
    certificates = cast("list[str]", credentials.get("certificateIds") or credentials.get("certificate") or [])
    resource = identity.get("resource")
    return BackendEntity(
        info.id,
        info,
        _with_query(Url.parse(str(filled.get("url") or "")), _lists(credentials.get("query"))),
        _headers(credentials),
        (str(resource), cast("str | None", identity.get("clientId"))) if resource else None,
        str(certificates[0]).rsplit("/", 1)[-1] if certificates else None,
        tls.get("validateCertificateChain", True) is not False,
        tls.get("validateCertificateName", True) is not False,
        _proxy(filled),
        rule_of(filled),
    )


def _headers(credentials: Mapping[str, Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    headers = _lists(credentials.get("header"))
    authorization = cast("Mapping[str, Any]", credentials.get("authorization") or {})
    if authorization.get("scheme"):
        text = f"{authorization['scheme']} {authorization.get('parameter') or ''}".strip()
        headers["Authorization"] = [text]
    return tuple((name, tuple(values)) for name, values in headers.items())


def _lists(value: object) -> dict[str, list[str]]:
    """Return `{name: value or [values]}` with lists throughout."""
    if not is_object(value):
        return {}
    return {name: [str(each) for each in item] if is_list(item) else [str(item)] for name, item in value.items()}


def _with_query(url: Url, query: Mapping[str, list[str]]) -> Url:
    if not query:
        return url
    return url.with_query([*url.query_pairs(), *((name, value) for name, values in query.items() for value in values)])


def _proxy(properties: Mapping[str, Any]) -> str | None:
    proxy = cast("Mapping[str, Any]", properties.get("proxy") or {})
    if not proxy.get("url"):
        return None
    url = str(proxy["url"])
    if not proxy.get("username"):
        return url
    scheme, _, rest = url.partition("://")
    user, password = quote(str(proxy["username"]), safe=""), quote(str(proxy.get("password") or ""), safe="")
    return f"{scheme}://{user}:{password}@{rest}"


def _filled(value: Any, named_values: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        return _NAMED_VALUE.sub(lambda match: named_values.get(match[1], match[0]), value) if "{{" in value else value
    if is_object(value):
        return {key: _filled(item, named_values) for key, item in value.items()}
    if is_list(value):
        return [_filled(item, named_values) for item in value]
    return value
