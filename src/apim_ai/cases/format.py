"""The case format: what may stand where in `*.case.yaml`, and what may not stand together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from apim_ai.cases.content import mapping, sequence
from apim_ai.cases.match import MATCHERS, is_xml, json_path_problem
from apim_ai.cases.moments import parse_duration, parse_time
from apim_ai.cases.shape import Path, Problem, Shape, fit
from apim_ai.cases.tokens import decoded
from apim_ai.config import GatewaySettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["implied_products", "named_resources", "read_case"]

_NONE = type(None)
_ID = re.compile(r"[^/?#]+\Z")  # it stands in the paths of resources
_ALGORITHMS = GatewaySettings().jwt_algorithms
_PLACE = re.compile(r"headers\..|variables\..|body\Z|status\Z|\$")


def _keys(needs: tuple[str, ...] = (), also: tuple[type, ...] = (), /, **keys: Shape) -> Shape:
    return Shape((dict, *also), keys={name.rstrip("_"): shape for name, shape in keys.items()}, needs=needs)


def _list(each: Shape, *also: type) -> Shape:
    return Shape((list, *also), each=each)


def _map(each: Shape, *also: type) -> Shape:
    return Shape((dict, *also), each=each)


def _one_of(*choices: str) -> Shape:
    return Shape((str,), choices=choices)


def _pattern_problem(pattern: str) -> str | None:
    try:
        re.compile(pattern)
    except re.error as error:
        return f"is no regular expression: {error}"
    return None


def _refusal_problem(refused: object) -> str | None:
    return _pattern_problem(refused) if isinstance(refused, str) else None


def _range_problem(bounds: list[object]) -> str | None:
    is_range = len(bounds) == 2 and all(type(bound) in (int, float) for bound in bounds)  # noqa: PLR2004 - from and to
    return None if is_range else "needs two numbers, such as [1, 60]"


def _moment_problem(text: str) -> str | None:
    return _unreadable(parse_time, text)


def _duration_problem(text: object) -> str | None:
    return _unreadable(parse_duration, text)


def _unreadable(read: Callable[[Any], object], value: object) -> str | None:
    try:
        read(value)
    except ValueError as error:
        return f"cannot be read: {error}"
    return None


def _id_problem(text: str) -> str | None:
    return None if _ID.match(text) else f"cannot be '{text}': an id has no '/', '?' or '#'"


def _base64_problem(text: str) -> str | None:
    return _unreadable(decoded, text)


def _xml_problem(text: str) -> str | None:
    return None if "${" in text or is_xml(text) else "is no XML, so that no body could equal it"


def _bodies_problem(*kinds: str) -> Callable[[Mapping[str, object]], str | None]:
    def problem(message: Mapping[str, object]) -> str | None:
        given = [kind for kind in kinds if message.get(kind) is not None]
        return f"has '{given[0]}' and '{given[1]}', but a message has one body" if len(given) > 1 else None

    return problem


def _paths_problem(values: Mapping[str, object]) -> str | None:
    return next(filter(None, map(json_path_problem, values)), None)


def _places_problem(places: Mapping[str, str]) -> str | None:
    """Say which place of `save` cannot be found in any answer."""
    paths = [place for place in places.values() if place.startswith("$")]
    unknown = [place for place in places.values() if not _PLACE.match(place)]
    if unknown:
        return f"names '{unknown[0]}': headers.NAME, a JSON path, body, status and variables.NAME are known"
    return _paths_problem(dict.fromkeys(paths))


def _positive(number: float) -> str | None:
    return None if number >= 1 else "must be at least 1"


def _overlays_problem(overlays: int | list[object]) -> str | None:
    return None if (overlays if isinstance(overlays, list) else overlays >= 1) else "must send at least one request"


ANY = Shape()
TEXT = Shape((str,), as_text=True)
SCALAR = Shape((str, int, float, bool))
NUMBER = Shape((int, float))
WHOLE = Shape((int,))
FLAG = Shape((bool,))
ID = Shape((str,), as_text=True, check=_id_problem)
BASE64 = Shape((str,), as_text=True, check=_base64_problem)
MOMENT = Shape((str,), check=_moment_problem)

# --- matchers ---------------------------------------------------------------------------------------------------

_MATCHER_KEYS = {
    "matches": Shape((str,), as_text=True, check=_pattern_problem),
    "contains": Shape((str, list), as_text=True, each=TEXT),
    "between": Shape((list,), check=_range_problem),
    "in": _list(Shape((str, int, float, bool, _NONE))),
}
MATCH = Shape((str, int, float, bool, _NONE, dict), keys=_MATCHER_KEYS)
MATCHES = Shape((*MATCH.types, list), keys=_MATCHER_KEYS, each=MATCH)
BODY_MATCH = Shape(MATCH.types, keys={**_MATCHER_KEYS, "xml": Shape((str,), as_text=True, check=_xml_problem)})
PATHS = Shape((dict,), check=_paths_problem)
_BY_PATTERN = _map(MATCH)
COUNT = Shape(MATCH.types, instead=lambda value: None if _is_matcher_like(value) else _BY_PATTERN)


def _is_matcher_like(value: object) -> bool:
    return not isinstance(value, dict) or bool(mapping(cast("object", value)).keys() & MATCHERS)


# --- messages ---------------------------------------------------------------------------------------------------

_SENT_KEYS: Mapping[str, Shape] = {
    "method": MATCH, "url": MATCH, "path": MATCH, "query": _map(MATCHES), "headers": _map(MATCHES), "json": ANY,
    "json_equals": ANY, "json_path": PATHS, "body": BODY_MATCH,
}  # fmt: skip
SENT = Shape((dict,), keys=_SENT_KEYS)
UPSTREAM = Shape((list, dict), instead=lambda value: _map(_list(SENT)) if isinstance(value, dict) else _list(SENT))


def _event_problem(given: object) -> str | None:
    event = mapping(given)
    unknown = event.keys() - {"event", "data", "id", "retry"}
    if "data" in event and unknown:
        return f"is an event with the unknown key '{min(unknown)}': event, data and id are known"
    return None


EVENT_SENT = Shape((str, dict), as_text=True, check=_event_problem)
HEADER_VALUES = _map(Shape((str, int, float, bool, _NONE, list), each=SCALAR))
_RESPONSE_KEYS: dict[str, Shape] = {
    "status": WHOLE, "reason": TEXT, "headers": HEADER_VALUES, "delay": NUMBER, "json": ANY,
    "body": Shape((str, _NONE), as_text=True), "base64": BASE64, "sse": _list(EVENT_SENT), "chunks": _list(TEXT),
    "error": _one_of("connect", "timeout", "reset"), "reset_after": WHOLE,
}  # fmt: skip
RESPONSE = Shape((dict,), keys=_RESPONSE_KEYS, check=_bodies_problem("json", "body", "base64", "sse", "chunks"))
MOCK = _keys(("responses",), match=SENT, responses=_list(RESPONSE))
_REQUEST_KEYS: dict[str, Shape] = {
    "method": TEXT, "url": TEXT, "headers": HEADER_VALUES, "json": ANY,
    "body": Shape((str, _NONE), as_text=True), "base64": BASE64, "client_ip": TEXT,
}  # fmt: skip
_ONE_BODY = _bodies_problem("json", "base64", "body")
REQUEST = Shape((dict,), keys=_REQUEST_KEYS, check=_ONE_BODY)
CALLER = _keys((), (_NONE,), subscription=Shape((str, _NONE), as_text=True))
_MAYBE = Shape((str, _NONE), as_text=True)
TOKEN = _keys(
    (), (_NONE,),
    issuer=_MAYBE, claims=Shape((dict, _NONE), each=ANY), expires_in=Shape((int, float, _NONE)),
    not_before_in=Shape((int, float, _NONE)), header=_MAYBE, scheme=_MAYBE, query=_MAYBE, kid=_MAYBE,
    algorithm=Shape((str, _NONE), choices=(*_ALGORITHMS, "none")),
    key=Shape((str, _NONE), as_text=True, check=lambda key: None if key is None else _base64_problem(key)),
    tamper=Shape((str, _NONE), choices=("signature", "payload", "none-algorithm")),
)  # fmt: skip
OVERLAY = Shape((dict,), keys={**_REQUEST_KEYS, "caller": CALLER, "token": TOKEN}, check=_ONE_BODY)

# --- steps ------------------------------------------------------------------------------------------------------

METRIC = _keys((), name=MATCH, namespace=MATCH, value=MATCH, dimensions=_map(MATCH))
TRACE = _keys((), source=MATCH, severity=MATCH, message=MATCH, metadata=_map(MATCH))
EVENT = _keys((), logger=MATCH, json=ANY, body=BODY_MATCH, partition_key=MATCH)
STREAM = _keys((), chunks=MATCH, first_before_last=FLAG, truncated=FLAG)
LAST_ERROR = _keys(
    (), (_NONE,),
    source=MATCH, reason=MATCH, message=MATCH, section=MATCH, scope=MATCH, path=MATCH, policy_id=MATCH,
)  # fmt: skip
IDENTITY = _list(Shape((str, dict), keys={**_MATCHER_KEYS, "resource": MATCH, "client_id": MATCH}))
_OF_STEPS: dict[str, Shape] = {
    "statuses": _map(MATCH), "upstream": UPSTREAM, "upstream_count": COUNT, "identity": IDENTITY,
    "waited": MATCHES, "metrics": _list(METRIC), "events": _list(EVENT),
}  # fmt: skip
EXPECT = _keys(
    (),
    **_OF_STEPS, status=MATCHES, reason=MATCH, headers=_map(MATCHES), body=BODY_MATCH, json=ANY, json_equals=ANY,
    json_path=PATHS, variables=_map(MATCH), variable_types=_map(MATCH), last_error=LAST_ERROR,
    trace=_list(TEXT), traces=_list(TRACE), hidden=_list(TEXT), stream=STREAM,
)  # fmt: skip
STEP = _keys(
    (),
    name=TEXT, advance=Shape((str, int, float), check=_duration_problem), at=MOMENT, repeat=Shape((int,), check=_positive), request=REQUEST,
    token=TOKEN, caller=CALLER, parallel=Shape((int, list), each=OVERLAY, check=_overlays_problem), mocks=_list(MOCK),
    expect=EXPECT, save=Shape((dict,), each=TEXT, check=_places_problem),
)  # fmt: skip

# --- resources --------------------------------------------------------------------------------------------------

POLICY = _keys((), (str,), document=TEXT)
OPERATION = _keys(
    ("id",),
    id=ID, name=TEXT, policy=POLICY, method=TEXT, url_template=TEXT,
    responses=_list(_keys((), status=WHOLE, content_type=TEXT, example=ANY, schema=ANY, headers=_map(ANY))),
)  # fmt: skip
VERSION_SET = _keys(
    ("id", "scheme"), id=ID, name=TEXT, scheme=_one_of("Segment", "Query", "Header"), query=TEXT, header=TEXT
)
API = _keys(
    ("id",),
    id=ID, name=TEXT, path=TEXT, service_url=Shape((str, _NONE)), subscription_required=FLAG, policy=POLICY,
    subscription_key_names=_keys((), header=TEXT, query=TEXT), operations=_list(OPERATION), revision=TEXT,
    version=TEXT, version_set=VERSION_SET, is_current_revision=FLAG, protocols=_list(TEXT),
)  # fmt: skip
GROUP = _keys((), (str,), id=TEXT, name=TEXT)
PRODUCT = _keys(
    ("id",),
    id=ID, name=TEXT, apis=_list(TEXT), subscription_required=FLAG, policy=POLICY,
    state=_one_of("published", "notPublished"), approval_required=FLAG, subscriptions_limit=WHOLE,
    groups=_list(GROUP),
)  # fmt: skip
SUBSCRIPTION = _keys(
    ("id",),
    id=ID, name=TEXT, key=TEXT, secondary_key=TEXT, product=TEXT, api=TEXT, all=FLAG,
    state=_one_of("active", "suspended", "submitted", "rejected", "cancelled", "expired"), user=TEXT,
    start_date=MOMENT, end_date=MOMENT,
)  # fmt: skip
USER = _keys(
    ("id",),
    id=ID, email=TEXT, first_name=TEXT, last_name=TEXT, note=TEXT, groups=_list(GROUP),
    identities=_list(_keys((), id=TEXT, provider=TEXT)),
)  # fmt: skip
ISSUER = _keys(("issuer",), issuer=TEXT, openid_config=Shape((str, list), each=TEXT), algorithm=_one_of(*_ALGORITHMS))
_CREDENTIALS = _keys(
    (), (_NONE,),
    header=_map(ANY), query=_map(ANY), authorization=_keys((), (_NONE,), scheme=TEXT, parameter=TEXT),
    certificate=ANY, certificateIds=ANY, managedIdentity=_keys((), (_NONE,), resource=TEXT, clientId=ANY),
)  # fmt: skip
_RULE = _keys(
    (),
    name=TEXT, tripDuration=TEXT, acceptRetryAfter=FLAG,
    failureCondition=_keys(
        (), count=WHOLE, percentage=WHOLE, interval=TEXT, errorReasons=_list(TEXT),
        statusCodeRanges=_list(_keys((), min=WHOLE, max=WHOLE)),
    ),
)  # fmt: skip
BACKEND = _keys(
    (),
    url=TEXT, type=TEXT, title=TEXT, description=TEXT, protocol=TEXT, resourceId=TEXT, azureRegion=TEXT,
    credentials=_CREDENTIALS, proxy=_keys((), (_NONE,), url=TEXT, username=TEXT, password=TEXT),
    tls=_keys((), (_NONE,), validateCertificateChain=FLAG, validateCertificateName=FLAG),
    circuitBreaker=_keys((), (_NONE,), rules=_list(_RULE)),
    pool=_keys((), (_NONE,), services=_list(_keys(("id",), id=TEXT, priority=WHOLE, weight=WHOLE)), sessionAffinity=ANY,
               failureResponse=ANY),
    properties=ANY,
)  # fmt: skip
SETTINGS = Shape((dict,), keys={info.name: ANY for info in GatewaySettings.table()})
_MATCHED = _keys((), matches=_MATCHER_KEYS["matches"], contains=_MATCHER_KEYS["contains"])
CASE = _keys(
    (),
    name=TEXT, description=TEXT, project=TEXT, env=TEXT, policy=POLICY, document=TEXT,
    scopes=_keys((), global_=POLICY, workspace=POLICY, product=POLICY, api=POLICY, operation=POLICY),
    fragments=_map(POLICY),
    named_values=_map(_keys((), (str, int, float, bool), value=SCALAR, secret=FLAG)),
    backends=_map(BACKEND), apis=_list(API), products=_list(PRODUCT), subscriptions=_list(SUBSCRIPTION),
    users=_list(USER), caller=CALLER,
    deployment=_keys(
        (), region=TEXT, service_name=TEXT, service_id=TEXT, gateway_id=TEXT,
        gateway=_keys((), id=TEXT, instance_id=TEXT, is_managed=FLAG),
    ),
    identity=_map(TEXT), issuers=_map(ISSUER), settings=SETTINGS, clock=MOMENT, mocks=_list(MOCK), steps=_list(STEP),
    totals=Shape((dict,), keys=_OF_STEPS), refused=Shape((bool, str, dict), keys=_MATCHED.keys, check=_refusal_problem),
)  # fmt: skip


def read_case(content: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Return a case as the format reads it, and everything that does not fit."""
    problems: list[Problem] = []
    case = mapping(fit(content, CASE, problems))
    if not problems:
        problems += _contradictions(case)
    return case, tuple(problems)


def _contradictions(case: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what may not stand together, and names of things that the case does not have."""
    if "steps" not in case and "refused" not in case:
        yield Problem((), "a case needs 'steps' or 'refused'")
    if case.get("steps") and "refused" in case:
        yield Problem(("refused",), "'refused' stands instead of 'steps', not beside them", at_key=True)
    if "policy" in case and "document" in case:
        yield Problem(("document",), "the case has a 'policy' already", at_key=True)
    if "api" in mapping(case.get("scopes")) and not case.keys().isdisjoint({"policy", "document"}):
        yield Problem(("scopes", "api"), "the case has a policy of the api scope already", at_key=True)
    yield from _beside_a_project(case) if "project" in case else _without_project(case)
    yield from _unknown_issuers(case)


def _beside_a_project(case: Mapping[str, Any]) -> Iterator[Problem]:
    if "apis" in case:
        return
    for path in (("policy",), ("document",), ("scopes", "api"), ("scopes", "operation"), ("scopes", "workspace")):
        if _holds(case, path):
            yield Problem(path, f"'{path[-1]}' would not be used: the project has its own", at_key=True)


def _without_project(case: Mapping[str, Any]) -> Iterator[Problem]:
    if "env" in case:
        yield Problem(("env",), "'env' is the environment of a 'project'", at_key=True)
    yield from _unknown_names(case)


def _holds(case: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    *above, last = path
    for step in above:
        case = mapping(case.get(step))
    return last in case


def _unknown_names(case: Mapping[str, Any]) -> Iterator[Problem]:
    known_of = {
        "api": _ids(case, "apis") or {"api"},
        "product": _ids(case, "products") or implied_products(case),
        "user": _ids(case, "users"),
    }
    for kind, name, path in named_resources(case):
        yield from _unknown(path, "API" if kind == "api" else kind, name, known_of[kind])
    known = _ids(case, "subscriptions")
    for path, caller in _callers(case):
        yield from _unknown((*path, "subscription"), "subscription", mapping(caller).get("subscription"), known)


def named_resources(case: Mapping[str, Any]) -> Iterator[tuple[str, str, Path]]:
    """Yield kind (`api`, `product` or `user`), name and place of what products and subscriptions are for."""
    for number, product in enumerate(sequence(case.get("products"))):
        for index, api in enumerate(sequence(product.get("apis"))):
            yield "api", api, ("products", number, "apis", index)
    for number, subscription in enumerate(sequence(case.get("subscriptions"))):
        for kind in ("product", "api", "user"):
            if subscription.get(kind) is not None:
                yield kind, subscription[kind], ("subscriptions", number, kind)


def implied_products(case: Mapping[str, Any]) -> set[str]:
    """Return the products that a case without `products` has by its product scope: those its subscriptions are for."""
    if case.get("products") or "product" not in mapping(case.get("scopes")):
        return set()
    named = {str(each["product"]) for each in sequence(case.get("subscriptions")) if each.get("product")}
    return named or {"product"}


def _unknown(path: tuple[str | int, ...], noun: str, name: object, known: set[str]) -> Iterator[Problem]:
    if name is not None and name not in known:
        yield Problem(path, f"the case has no {noun} '{name}'")


def _ids(case: Mapping[str, Any], key: str) -> set[str]:
    return {str(each["id"]) for each in sequence(case.get(key))}


def _callers(case: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], object]]:
    yield ("caller",), case.get("caller")
    for path, step in _senders(case):
        yield (*path, "caller"), step.get("caller")


def _senders(case: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    """Yield steps and what is laid over them in parallel."""
    for number, step in enumerate(sequence(case.get("steps"))):
        yield ("steps", number), step
        for index, overlay in enumerate(sequence(step.get("parallel"))):
            yield ("steps", number, "parallel", index), overlay


def _unknown_issuers(case: Mapping[str, Any]) -> Iterator[Problem]:
    issuers = mapping(case.get("issuers"))
    for path, step in _senders(case):
        name = mapping(step.get("token")).get("issuer")
        if name is not None and name not in issuers:
            yield Problem((*path, "token", "issuer"), f"the case has no issuer '{name}'")
