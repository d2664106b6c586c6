"""Outgoing requests, and how they compare with what a case says of them: in `upstream`, and in a mock's `match`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from apim_ai.cases.content import NO_JSON, mapping, parsed
from apim_ai.cases.match import canonical_xml, deep_equal, is_matcher, json_path, matches, subset, url_matches
from apim_ai.cases.model import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from apim_ai.message import Headers

__all__ = [
    "Expected",
    "Sent",
    "body_differences",
    "content_differences",
    "header_differences",
    "sent_differences",
]

_COMMA = re.compile(r"\s*,\s*")
Expected = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """One outgoing request as a mock saw it."""

    method: str
    url: str
    path: str
    query: Mapping[str, Sequence[str]]
    headers: Headers
    body: bytes = field(repr=False)


def sent_differences(wanted: Mapping[str, Any], sent: Sent) -> Iterator[Failure]:
    """Yield how a request differs from what is said of it; only what is named is compared."""
    for key, expected in wanted.items():
        yield from _OF_SENT[key](expected, sent)


def _method(wanted: object, sent: Sent) -> Iterator[Failure]:
    expected = wanted.upper() if isinstance(wanted, str) else wanted
    if not matches(expected, sent.method.upper()):
        yield Failure("method", wanted, sent.method)


def _url(wanted: object, sent: Sent) -> Iterator[Failure]:
    if not url_matches(wanted, sent.url):
        yield Failure("url", wanted, sent.url)


def _path(wanted: object, sent: Sent) -> Iterator[Failure]:
    if not url_matches(wanted, sent.path):
        yield Failure("path", wanted, sent.path)


def _query(wanted: Expected, sent: Sent) -> Iterator[Failure]:
    for name, expected in wanted.items():
        values = sent.query.get(name)
        if not _values_match(expected, values, ","):
            yield Failure(f"query.{name}", expected, _one_or_all(values))


def _headers(wanted: Expected, sent: Sent) -> Iterator[Failure]:
    yield from header_differences(wanted, sent.headers)


_OF_SENT: dict[str, Callable[[Any, Sent], Iterator[Failure]]] = {
    "method": _method,
    "url": _url,
    "path": _path,
    "query": _query,
    "headers": _headers,
    "json": lambda wanted, sent: content_differences("json", wanted, sent.body),
    "json_equals": lambda wanted, sent: content_differences("json_equals", wanted, sent.body),
    "json_path": lambda wanted, sent: content_differences("json_path", wanted, sent.body),
    "body": lambda wanted, sent: body_differences(wanted, sent.body.decode("utf-8", "replace")),
}


# --- parts that requests and responses share ----------------------------------------------------------------------


def header_differences(wanted: Expected, headers: Headers) -> Iterator[Failure]:
    """Yield how headers differ: a scalar sees all lines joined by `, `, a list means exactly these lines."""
    for name, expected in wanted.items():
        values = headers.values(name)
        if not _values_match(expected, values, ", ") and not _is_same_list(expected, values):
            yield Failure(f"headers.{name}", expected, _one_or_all(values))


def _values_match(expected: object, values: Sequence[str] | None, separator: str) -> bool:
    if isinstance(expected, list):
        wanted = cast("list[object]", expected)
        return len(wanted) == len(values or ()) and all(map(matches, wanted, values or ()))
    return matches(expected, separator.join(values) if values else None)


def _is_same_list(expected: object, values: Sequence[str]) -> bool:
    """Compare text with lines whose elements are parted by commas: white space there means nothing (RFC 9110 5.6.1)."""
    if not isinstance(expected, str) or not values:
        return False
    return _COMMA.sub(",", expected) == _COMMA.sub(",", ",".join(values))


def _one_or_all(values: Sequence[str] | None) -> object:
    if not values:
        return None
    return values[0] if len(values) == 1 else list(values)


def body_differences(wanted: object, text: str) -> Iterator[Failure]:
    """Yield how a body differs from text, a matcher or canonical XML; null is an empty one."""
    expected = mapping(wanted)
    xml = expected.get("xml")
    if xml is not None and canonical_xml(str(xml)) != canonical_xml(text):
        yield Failure("body", wanted, text)
        return
    rest = {key: value for key, value in expected.items() if key != "xml"} if expected else wanted
    holds = text == "" if wanted is None else rest == {} or matches(rest, text)
    if not holds:
        yield Failure("body", wanted, text)


def content_differences(kind: str, wanted: Any, body: bytes) -> Iterator[Failure]:  # noqa: ANN401 - JSON
    """Yield how a JSON body differs.

    Args:
        kind: `json` for a subset, `json_equals` for deep equality, `json_path` for values at paths.
        wanted: what the case says.
        body: the body.
    """
    content = parsed(body)
    if kind == "json_path":
        for path, expected in mapping(wanted).items():
            found = json_path(path, content)
            if not _path_matches(expected, found):
                actual = found[0] if len(found) == 1 else list(found) or None
                yield Failure(f"json_path.{path}", expected, actual)
    elif not (subset if kind == "json" else deep_equal)(wanted, content):
        yield Failure(kind, wanted, body.decode("utf-8", "replace") if content is NO_JSON else content)


def _path_matches(expected: object, found: Sequence[object]) -> bool:
    """Compare what a path selects: one value stands for itself, several for their list, none for null."""
    one = found[0] if len(found) == 1 else list(found) if found else None
    if expected is None or is_matcher(expected):
        return matches(expected, one)
    return deep_equal(expected, one) or deep_equal(expected, list(found))
