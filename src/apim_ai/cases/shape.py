"""The shape of the case format: which keys stand where. An unknown key anywhere is an error, never ignored."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, cast

from apim_ai.cases.content import mapping, sequence
from apim_ai.config import GatewaySettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["CASE", "Problem", "problems"]

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a case that the format does not know."""

    path: Path
    message: str
    at_key: bool = False
    help: str | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value may be.

    Args:
        types: plain types it may have; empty: any.
        keys: for a mapping with fixed keys, their shapes.
        each: for a mapping with free keys or a list, the shape of the values.
        needs: keys that must stand.
    """

    types: tuple[type, ...] = ()
    keys: Mapping[str, Shape] | None = None
    each: Shape | None = None
    needs: tuple[str, ...] = ()
    also: tuple[type, ...] = field(default=())


ANY = Shape()
TEXT = Shape((str,))
SCALAR = Shape((str, int, float, bool))
NUMBER = Shape((int, float))
WHOLE = Shape((int,))
FLAG = Shape((bool,))


def _keys(needs: tuple[str, ...] = (), also: tuple[type, ...] = (), /, **keys: Shape) -> Shape:
    return Shape((dict, *also), keys={name.rstrip("_"): shape for name, shape in keys.items()}, needs=needs)


def _list(each: Shape) -> Shape:
    return Shape((list,), each=each)


def _map(each: Shape, *also: type) -> Shape:
    return Shape((dict, *also), each=each)


POLICY = _keys((), (str,), document=TEXT)
RESPONSE = _keys(
    (),
    status=WHOLE, reason=TEXT, headers=_map(ANY), delay=NUMBER, json=ANY, body=TEXT, base64=TEXT, sse=_list(ANY),
    chunks=_list(TEXT), error=TEXT, reset_after=WHOLE,
)  # fmt: skip
MOCK = _keys(
    ("responses",),
    match=_keys((), method=ANY, url=ANY, path=ANY, headers=_map(ANY), query=_map(ANY), json=ANY, body=ANY),
    responses=_list(RESPONSE),
)
REQUEST = _keys(
    (),
    method=TEXT, url=TEXT, headers=_map(ANY), json=ANY, body=TEXT, base64=TEXT, client_ip=TEXT,
)  # fmt: skip
CALLER = _keys((), subscription=TEXT)
TOKEN = _keys(
    (),
    issuer=TEXT, claims=_map(ANY), expires_in=Shape((int, float, type(None))), not_before_in=NUMBER, header=TEXT,
    scheme=Shape((str, type(None))), query=Shape((str, type(None))), kid=TEXT, algorithm=TEXT, key=TEXT, tamper=TEXT,
)  # fmt: skip
UPSTREAM = _keys(
    (),
    method=ANY, url=ANY, path=ANY, query=_map(ANY), headers=_map(ANY), json=ANY, json_equals=ANY, json_path=_map(ANY),
    body=ANY,
)  # fmt: skip
METRIC = _keys((), name=ANY, namespace=ANY, value=ANY, dimensions=_map(ANY))
TRACE = _keys((), source=ANY, severity=ANY, message=ANY, metadata=_map(ANY))
EVENT = _keys((), logger=ANY, json=ANY, body=ANY, partition_key=ANY)
STREAM = _keys((), chunks=ANY, first_before_last=FLAG, truncated=FLAG)
LAST_ERROR = _keys(
    (), (type(None),),
    source=ANY, reason=ANY, message=ANY, section=ANY, scope=ANY, path=ANY, policy_id=ANY,
)  # fmt: skip
IDENTITY = _list(_keys((), (str,), resource=ANY, client_id=ANY))
UPSTREAMS = Shape((list, dict))
EXPECT = _keys(
    (),
    status=ANY, statuses=_map(WHOLE), reason=ANY, headers=_map(ANY), body=ANY, json=ANY, json_equals=ANY,
    json_path=_map(ANY), upstream=UPSTREAMS, upstream_count=ANY, identity=IDENTITY, waited=ANY,
    variables=_map(ANY), variable_types=_map(ANY), last_error=LAST_ERROR, metrics=_list(METRIC), trace=_list(TEXT),
    traces=_list(TRACE), events=_list(EVENT), hidden=_list(TEXT), stream=STREAM,
)  # fmt: skip
STEP = _keys(
    (),
    name=TEXT, advance=SCALAR, at=TEXT, repeat=WHOLE, request=REQUEST, token=TOKEN, caller=CALLER,
    parallel=Shape((int, list)), mocks=_list(MOCK), expect=EXPECT, save=_map(TEXT),
)  # fmt: skip
OPERATION = _keys(
    ("id",),
    id=TEXT, name=TEXT, policy=POLICY, method=TEXT, url_template=TEXT,
    responses=_list(_keys((), status=WHOLE, content_type=TEXT, example=ANY, schema=ANY, headers=_map(ANY))),
)  # fmt: skip
API = _keys(
    ("id",),
    id=TEXT, name=TEXT, path=TEXT, service_url=TEXT, subscription_required=FLAG, policy=POLICY,
    subscription_key_names=_keys((), header=TEXT, query=TEXT), operations=_list(OPERATION), revision=SCALAR,
    version=TEXT, is_current_revision=FLAG, protocols=_list(TEXT), workspace=ANY, version_set=ANY,
)  # fmt: skip
GROUP = _keys((), (str,), id=TEXT, name=TEXT)
PRODUCT = _keys(
    ("id",),
    id=TEXT, name=TEXT, apis=_list(TEXT), subscription_required=FLAG, policy=POLICY, state=TEXT,
    approval_required=FLAG, subscriptions_limit=WHOLE, groups=_list(GROUP),
)  # fmt: skip
SUBSCRIPTION = _keys(
    ("id",),
    id=TEXT, name=TEXT, key=TEXT, secondary_key=TEXT, product=TEXT, api=TEXT, all=FLAG, state=TEXT, user=TEXT,
    start_date=TEXT, end_date=TEXT,
)  # fmt: skip
USER = _keys(
    ("id",),
    id=TEXT, email=TEXT, first_name=TEXT, last_name=TEXT, note=TEXT, groups=_list(GROUP),
    identities=_list(_keys((), id=TEXT, provider=TEXT)),
)  # fmt: skip
ISSUER = _keys(("issuer",), issuer=TEXT, openid_config=Shape((str, list)), algorithm=TEXT)
SETTINGS = Shape((dict,), keys={info.name: ANY for info in GatewaySettings.table()})
CASE = _keys(
    (),
    name=TEXT, description=TEXT, project=TEXT, env=TEXT, policy=TEXT, document=TEXT,
    scopes=_keys((), global_=POLICY, workspace=POLICY, product=POLICY, api=POLICY, operation=POLICY),
    fragments=_map(POLICY),
    named_values=_map(_keys((), (str, int, float, bool), value=SCALAR, secret=FLAG)),
    backends=_map(Shape((dict,))), apis=_list(API), products=_list(PRODUCT), subscriptions=_list(SUBSCRIPTION),
    users=_list(USER), caller=CALLER,
    deployment=_keys((), region=TEXT, service_name=TEXT, service_id=TEXT, gateway_id=TEXT),
    identity=_map(TEXT), issuers=_map(ISSUER), settings=SETTINGS, clock=TEXT, mocks=_list(MOCK), steps=_list(STEP),
    totals=_keys((), upstream_count=ANY, statuses=_map(ANY)), refused=_keys((), (bool, str), matches=TEXT),
)  # fmt: skip


def problems(value: object, shape: Shape = CASE, path: Path = ()) -> Iterator[Problem]:
    """Yield everything in a case that does not fit its shape."""
    if shape.types and not _is_one_of(value, shape.types):
        wanted = " or ".join(dict.fromkeys(_WORDS.get(kind, kind.__name__) for kind in shape.types))
        yield Problem(
            path, f"'{_last(path)}' must be {wanted}, not {_WORDS.get(cast('type', type(value)), type(value).__name__)}"
        )
        return
    if isinstance(value, dict):
        yield from _mapping(mapping(cast("object", value)), shape, path)
    elif isinstance(value, list) and shape.each is not None:
        for index, item in enumerate(sequence(cast("object", value))):
            yield from problems(item, shape.each, (*path, index))


def _mapping(value: dict[str, Any], shape: Shape, path: Path) -> Iterator[Problem]:
    for key, item in value.items():
        if shape.keys is not None:
            known = shape.keys.get(key)
            if known is None:
                close = get_close_matches(key, list(shape.keys), n=1)
                help_ = f"did you mean '{close[0]}'?" if close else f"known here: {', '.join(sorted(shape.keys))}"
                yield Problem((*path, key), f"unknown key '{key}'", at_key=True, help=help_)
            elif item is not None or known.types:
                yield from problems(item, known, (*path, key))
        elif shape.each is not None:
            yield from problems(item, shape.each, (*path, key))
    for key in shape.needs:
        if key not in value:
            yield Problem(path, f"'{_last(path)}' needs the key '{key}'")


def _is_one_of(value: object, types: tuple[type, ...]) -> bool:
    if isinstance(value, bool):
        return bool in types
    return isinstance(value, types)


def _last(path: Path) -> str | int:
    return next((step for step in reversed(path) if isinstance(step, str)), "case")


_WORDS: dict[type, str] = {
    str: "text", int: "a number", float: "a number", bool: "true or false", dict: "a mapping", list: "a list",
    type(None): "null",
}  # fmt: skip
