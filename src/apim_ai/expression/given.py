"""A context from plain JSON: what `apim-ai expr --context` reads. Every key is optional; an unknown one is an error."""

from __future__ import annotations

import base64
import dataclasses
import difflib
from typing import TYPE_CHECKING, NoReturn, TypeVar, cast

from apim_ai.errors import ExpressionError
from apim_ai.expression.context import (
    Api,
    BackendInfo,
    Context,
    Deployment,
    GatewayInfo,
    Group,
    LastError,
    Operation,
    Product,
    Subscription,
    User,
    UserIdentity,
    Workspace,
)
from apim_ai.expression.values import DateTime, decode_body, decode_response, decode_value
from apim_ai.message import Certificate, Headers, Request, Url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["context_of"]

T = TypeVar("T")
_KEYS = frozenset(
    [
        "request",
        "response",
        "variables",
        "subscription",
        "product",
        "api",
        "operation",
        "user",
        "backend",
        "deployment",
        "last_error",
        "timestamp",
        "elapsed",
        "request_id",
        "tracing",
        "named_values",
        "workspace",
    ]
)
_REQUEST_KEYS = frozenset(
    ["method", "url", "original_url", "ip_address", "headers", "body", "matched_parameters", "certificate", "foundry"]
)
_DEFAULT_URL = "https://localhost/"
_DEFAULT_TIME = 1_767_225_600.0  # 2026-01-01, as in policy cases


def context_of(given: object) -> Context:
    """Return the context that a JSON object describes.

    Raises:
        ExpressionError: the object does not have the documented shape.
    """
    try:
        return _context(_mapping(given, "context"))
    except (ValueError, TypeError, AttributeError) as error:
        raise ExpressionError(f"the context cannot be read: {error}") from error


def _context(given: Mapping[str, object]) -> Context:
    _check(given, _KEYS, "context")
    details = _mapping(given.get("request"), "request")
    _check(details, _REQUEST_KEYS, "request")
    request = _request(details)
    timestamp = _seconds(given.get("timestamp")) or _DEFAULT_TIME
    now = timestamp + float(cast("float", given.get("elapsed") or 0.0))
    original = details.get("original_url")
    context = Context(
        request,
        original_url=None if original is None else _url(original),
        api=_api(given.get("api")),
        operation=_entity(Operation, given.get("operation")),
        product=_entity(Product, given.get("product"), groups=_groups),
        subscription=_entity(Subscription, given.get("subscription"), **dict.fromkeys(_DATES, _seconds)),
        user=_entity(User, given.get("user"), groups=_groups, identities=_identities, registration_date=_seconds),
        deployment=_entity(Deployment, given.get("deployment"), gateway=lambda each: _entity(GatewayInfo, each)),
        request_id=str(given.get("request_id") or "00000000-0000-0000-0000-000000000000"),
        timestamp=timestamp,
        now=lambda: now,
        tracing=bool(given.get("tracing")),
    )
    _fill(context, given, details)
    return context


_DATES = ("created_date", "start_date", "end_date")


def _fill(context: Context, given: Mapping[str, object], details: Mapping[str, object]) -> None:
    context.backend = _entity(BackendInfo, given.get("backend"))
    context.last_error = _entity(LastError, given.get("last_error"))
    context.matched_parameters = {k: str(v) for k, v in _mapping(details.get("matched_parameters"), "").items()}
    foundry = details.get("foundry")
    if foundry is not None:
        context.foundry_deployment = str(_mapping(foundry, "foundry").get("deployment") or "")
    if given.get("response") is not None:
        context.response = decode_response(given["response"])
    variables = _mapping(given.get("variables"), "variables")
    context.variables.update({name: decode_value(value) for name, value in variables.items()})


def _mapping(value: object, name: str) -> Mapping[str, object]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ExpressionError(f"'{name}' must be an object")
    return cast("Mapping[str, object]", value)


def _check(given: Mapping[str, object], known: frozenset[str], name: str) -> None:
    for key in given:
        if key not in known:
            _unknown(key, known, name)


def _unknown(key: str, known: frozenset[str], name: str) -> NoReturn:
    close = difflib.get_close_matches(key, known, n=1)
    help_ = f"did you mean '{close[0]}'?" if close else f"one of {', '.join(sorted(known))}"
    raise ExpressionError(f"unknown key '{key}' in '{name}'", help=help_)


def _request(given: Mapping[str, object]) -> Request:
    headers = cast("Mapping[str, str | list[str]]", _mapping(given.get("headers"), "headers"))
    return Request(
        str(given.get("method") or "GET"),
        _url(given.get("url") or _DEFAULT_URL),
        Headers.of(headers),
        decode_body(given.get("body")),
        str(given.get("ip_address") or "127.0.0.1"),
        _certificate(given.get("certificate")),
    )


@dataclasses.dataclass(slots=True)
class GivenCertificate(Certificate):
    """A certificate that is made of the fields one asks for."""

    fields: Mapping[str, object] = dataclasses.field(default_factory=dict[str, object])


def _certificate(value: object) -> Certificate | None:
    if value is None:
        return None
    given = dict(_mapping(value, "certificate"))
    der = base64.b64decode(str(given.pop("der", "")))
    for name in ("not_before", "not_after"):
        if name in given:
            given[name] = DateTime.of_timestamp(_seconds(given[name]) or 0.0)
    return GivenCertificate(der, given)


def _url(value: object) -> Url:
    text = str(value)
    return Url.parse(text if "://" in text else f"https://localhost/{text.lstrip('/')}")


def _api(value: object) -> Api | None:
    return _entity(
        Api,
        value,
        workspace=lambda each: _entity(Workspace, each),
        protocols=lambda each: tuple(cast("list[str]", each)),
    )


def _groups(value: object) -> tuple[Group, ...]:
    return tuple(made for each in cast("list[object]", value) if (made := _entity(Group, each)) is not None)


def _identities(value: object) -> tuple[UserIdentity, ...]:
    return tuple(made for each in cast("list[object]", value) if (made := _entity(UserIdentity, each)) is not None)


def _seconds(value: object) -> float | None:
    if value is None or isinstance(value, (int, float)):
        return value
    from datetime import UTC, datetime  # noqa: PLC0415 - rare

    moment = datetime.fromisoformat(str(value))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _entity(kind: type[T], value: object, **decoders: Callable[[object], object]) -> T | None:
    """Return an entity whose fields are the keys of a JSON object; what is left out has its default."""
    if value is None:
        return None
    given = _mapping(value, kind.__name__.lower())
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]  # entities are dataclasses
    _check(given, frozenset(fields), kind.__name__.lower())
    made: dict[str, object] = {
        name: "" for name in ("source", "reason", "message", "id", "name", "provider") if name in fields
    }
    for name, item in given.items():
        decode = decoders.get(name)
        made[name] = item if decode is None or item is None else decode(item)
    return kind(**made)
