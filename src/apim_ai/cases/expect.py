"""Compares what a step saw with what the case expects. Only what is named is checked."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, cast

from apim_ai.cases.content import mapping, sequence, texts
from apim_ai.cases.match import canonical_xml, deep_equal, is_matcher, json_path, matches, subset, url_matches
from apim_ai.cases.mocks import query_matches
from apim_ai.cases.model import Failure
from apim_ai.expression import clr_type_name, to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from apim_ai.cases.mocks import Sent
    from apim_ai.cases.observe import Answer, Observed
    from apim_ai.message import Headers

__all__ = ["Expected", "check", "check_counts"]

Expected = dict[str, Any]


def check(expect: Expected, seen: Observed, secrets: Mapping[str, str]) -> tuple[Failure, ...]:
    """Return every expectation that does not hold.

    Args:
        expect: the step's `expect`.
        seen: what the step saw.
        secrets: named values by name, for `hidden`.
    """
    failures: list[Failure] = []
    for key, wanted in expect.items():
        if key == "hidden":
            failures += _hidden(wanted, seen, secrets)
        elif key in _OF_STEP:
            failures += _OF_STEP[key](wanted, seen)
        else:
            for answer in seen.answers:
                found = list(_OF_ANSWER[key](wanted, answer))
                failures += found
                if found:
                    break
    return tuple(failures)


# --- one answer -------------------------------------------------------------------------------------------------


def _status(wanted: object, answer: Answer) -> Iterator[Failure]:
    if not any(matches(each, answer.status) for each in sequence(wanted) or [wanted]):
        yield Failure("status", wanted, answer.status)


def _reason(wanted: object, answer: Answer) -> Iterator[Failure]:
    if not matches(wanted, answer.reason):
        yield Failure("reason", wanted, answer.reason)


def _headers(wanted: Expected, answer: Answer) -> Iterator[Failure]:
    yield from _header_failures("headers", wanted, answer.headers)


def _header_failures(what: str, wanted: Expected, headers: Headers) -> Iterator[Failure]:
    for name, expected in wanted.items():
        values = headers.values(name)
        if isinstance(expected, list):
            holds = list(values) == texts(cast("object", expected))
        else:
            holds = matches(expected, ", ".join(values) if values else None)
        if not holds:
            actual = None if not values else values[0] if len(values) == 1 else list(values)
            yield Failure(f"{what}.{name}", cast("object", expected), actual)


def _body(wanted: object, answer: Answer) -> Iterator[Failure]:
    text = answer.body.decode("utf-8", "replace")
    if not _body_matches(wanted, text):
        yield Failure("body", wanted, text)


def _body_matches(wanted: object, text: str) -> bool:
    if isinstance(wanted, dict) and "xml" in wanted:
        return canonical_xml(str(mapping(cast("object", wanted))["xml"])) == canonical_xml(text)
    return text == "" if wanted is None else matches(cast("object", wanted), text)


def _json(wanted: object, answer: Answer) -> Iterator[Failure]:
    if not subset(wanted, answer.json()):
        yield Failure("json", wanted, _json_or_text(answer.body))


def _json_equals(wanted: object, answer: Answer) -> Iterator[Failure]:
    if not deep_equal(wanted, answer.json()):
        yield Failure("json_equals", wanted, _json_or_text(answer.body))


def _json_path(wanted: Expected, answer: Answer) -> Iterator[Failure]:
    yield from _path_failures("json_path", wanted, answer.json())


def _path_failures(what: str, wanted: Expected, content: object) -> Iterator[Failure]:
    for path, expected in wanted.items():
        found = json_path(path, content)
        actual = found[0] if len(found) == 1 else list(found) if found else None
        holds = matches(expected, actual) if expected is None or is_matcher(expected) else deep_equal(expected, actual)
        if not holds:
            yield Failure(f"{what}.{path}", expected, actual)


def _json_or_text(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


def _variables(wanted: Expected, answer: Answer) -> Iterator[Failure]:
    variables = answer.exchange.variables
    for name, expected in wanted.items():
        actual = to_text(variables[name]) if name in variables else None
        if not matches(expected, actual):
            yield Failure(f"variables.{name}", expected, actual)


def _variable_types(wanted: Expected, answer: Answer) -> Iterator[Failure]:
    variables = answer.exchange.variables
    for name, expected in wanted.items():
        actual = clr_type_name(variables[name]) if name in variables else None
        if not matches(expected, actual):
            yield Failure(f"variable_types.{name}", expected, actual)


def _last_error(wanted: Expected | None, answer: Answer) -> Iterator[Failure]:
    error = answer.exchange.context.last_error
    if wanted is None or error is None:
        if wanted is not None or error is not None:
            yield Failure("last_error", wanted, None if error is None else f"{error.source}: {error.message}")
        return
    for name, expected in wanted.items():
        actual = getattr(error, name)
        if not matches(expected, actual):
            yield Failure(f"last_error.{name}", expected, actual)


def _trace(wanted: Sequence[str], answer: Answer) -> Iterator[Failure]:
    ran = [step.policy for step in answer.exchange.trace.steps]
    position = 0
    for name in wanted:
        try:
            position = ran.index(name, position) + 1
        except ValueError:
            yield Failure("trace", list(wanted), ran)
            return


def _traces(wanted: Sequence[Expected], answer: Answer) -> Iterator[Failure]:
    entries = [
        {"source": e.source, "severity": e.severity, "message": e.message, "metadata": dict(e.metadata)}
        for e in answer.exchange.trace.entries
    ]
    if not _all_found(wanted, entries, _record_matches):
        yield Failure("traces", wanted, entries)


def _stream(wanted: Expected, answer: Answer) -> Iterator[Failure]:
    actual = {"chunks": answer.chunks, "first_before_last": answer.streamed, "truncated": answer.is_cut}
    for name, expected in wanted.items():
        if not matches(expected, actual[name]):
            yield Failure(f"stream.{name}", expected, actual[name])


# --- the whole step ---------------------------------------------------------------------------------------------


def _statuses(wanted: Expected, seen: Observed) -> Iterator[Failure]:
    actual = {str(status): count for status, count in Counter(answer.status for answer in seen.answers).items()}
    if {str(status): count for status, count in wanted.items()} != actual:
        yield Failure("statuses", wanted, actual)


def _upstream(wanted: object, seen: Observed) -> Iterator[Failure]:
    if isinstance(wanted, dict):
        for pattern, entries in cast("dict[str, list[Expected]]", wanted).items():
            sent = [each for each in seen.sent if url_matches(pattern, each.url)]
            yield from _sent_failures(f"upstream.{pattern}", entries, sent)
    else:
        yield from _sent_failures("upstream", cast("list[Expected]", wanted), seen.sent)


def _sent_failures(what: str, wanted: Sequence[Expected], sent: Sequence[Sent]) -> Iterator[Failure]:
    if len(wanted) != len(sent):
        yield Failure(what, [dict(entry) for entry in wanted], [f"{each.method} {each.url}" for each in sent])
        return
    for number, (entry, each) in enumerate(zip(wanted, sent, strict=True)):
        yield from _entry_failures(f"{what}[{number}]", entry, each)


def _entry_failures(what: str, entry: Expected, sent: Sent) -> Iterator[Failure]:
    for key, wanted in entry.items():
        match key:
            case "method":
                if not matches(wanted, sent.method):
                    yield Failure(f"{what}.method", wanted, sent.method)
            case "url" | "path":
                actual = sent.url if key == "url" else sent.path
                if not url_matches(wanted, actual):
                    yield Failure(f"{what}.{key}", wanted, actual)
            case "query":
                for name, expected in wanted.items():
                    if not query_matches(expected, sent.query.get(name)):
                        yield Failure(f"{what}.query.{name}", expected, _one_or_all(sent.query.get(name)))
            case "headers":
                yield from _header_failures(f"{what}.headers", wanted, sent.headers)
            case _:
                yield from _sent_body_failures(what, key, wanted, sent)


def _sent_body_failures(what: str, key: str, wanted: Any, sent: Sent) -> Iterator[Failure]:  # noqa: ANN401 - what the case says
    match key:
        case "json" if not subset(wanted, sent.json()):
            yield Failure(f"{what}.json", wanted, _json_or_text(sent.body))
        case "json_equals" if not deep_equal(wanted, sent.json()):
            yield Failure(f"{what}.json_equals", wanted, _json_or_text(sent.body))
        case "json_path":
            yield from _path_failures(f"{what}.json_path", wanted, sent.json())
        case "body" if not _body_matches(wanted, sent.body.decode("utf-8", "replace")):
            yield Failure(f"{what}.body", wanted, sent.body.decode("utf-8", "replace"))
        case _:
            return


def _one_or_all(values: Sequence[str] | None) -> object:
    return None if values is None else values[0] if len(values) == 1 else list(values)


def _upstream_count(wanted: object, seen: Observed) -> Iterator[Failure]:
    yield from check_counts("upstream_count", wanted, seen.sent)


def check_counts(what: str, wanted: object, sent: Sequence[Sent]) -> Iterator[Failure]:
    """Compare a number of outgoing requests, or numbers by URL pattern."""
    by_pattern = {} if is_matcher(wanted) else mapping(wanted)
    if by_pattern:
        for pattern, expected in by_pattern.items():
            count = sum(url_matches(pattern, each.url) for each in sent)
            if not matches(expected, count):
                yield Failure(f"{what}.{pattern}", expected, count)
    elif not matches(wanted, len(sent)):
        yield Failure(what, wanted, len(sent))


def _identity(wanted: Sequence[object], seen: Observed) -> Iterator[Failure]:
    actual = [{"resource": resource, "client_id": client_id} for resource, client_id in seen.tokens]
    holds = len(wanted) == len(actual)
    for expected, found in zip(wanted, actual, strict=False):
        fields = {} if is_matcher(expected) else mapping(expected)
        wanted_fields = fields or {"resource": expected}
        holds = holds and all(matches(value, found[key]) for key, value in wanted_fields.items())
    if not holds:
        yield Failure("identity", list(wanted), actual)


def _waited(wanted: object, seen: Observed) -> Iterator[Failure]:
    if isinstance(wanted, list):
        expected = cast("list[object]", wanted)
        holds = len(expected) == len(seen.sleeps) and all(map(matches, expected, seen.sleeps))
        if not holds:
            yield Failure("waited", cast("object", wanted), list(seen.sleeps))
    elif not matches(wanted, seen.waited):
        yield Failure("waited", wanted, seen.waited)


def _metrics(wanted: Sequence[Expected], seen: Observed) -> Iterator[Failure]:
    actual = [
        {"name": m.name, "namespace": m.namespace, "value": m.value, "dimensions": dict(m.dimensions)}
        for m in seen.metrics
    ]
    if not _all_found(wanted, actual, _record_matches):
        yield Failure("metrics", list(wanted), actual)


def _events(wanted: Sequence[Expected], seen: Observed) -> Iterator[Failure]:
    actual: list[Expected] = [
        {
            "logger": e.logger,
            "json": _json_or_text(e.content.encode()),
            "body": e.content,
            "partition_key": e.partition_key,
        }
        for e in seen.events
    ]
    if not _all_found(wanted, actual, _record_matches):
        shown = [{key: value for key, value in record.items() if key != "body"} for record in actual]
        yield Failure("events", list(wanted), shown)


def _all_found(
    wanted: Sequence[Expected], actual: Sequence[Expected], holds: Callable[[Expected, Expected], bool]
) -> bool:
    """Whether each wanted record has one of its own among the actual ones; none wanted means none at all."""
    if not wanted:
        return not actual
    left = list(actual)
    for record in wanted:
        found = next((each for each in left if holds(record, each)), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _record_matches(wanted: Expected, actual: Expected) -> bool:
    for key, expected in wanted.items():
        found = actual.get(key)
        if key == "json":
            if not subset(expected, found):
                return False
        elif isinstance(expected, dict) and not is_matcher(cast("object", expected)):
            fields = mapping(found)
            expected_fields = mapping(cast("object", expected))
            if not all(matches(value, fields.get(name)) for name, value in expected_fields.items()):
                return False
        elif not matches(cast("object", expected), found):
            return False
    return True


def _hidden(names: Sequence[str], seen: Observed, secrets: Mapping[str, str]) -> Iterator[Failure]:
    for name in names:
        value = secrets.get(name)
        if not value:
            yield Failure(f"hidden.{name}", "a named value of the case", None)
            continue
        for answer in seen.answers:
            place = next((where for where, text in _visible(answer) if value in text), None)
            if place is not None:
                yield Failure(f"hidden.{name}", "nowhere", place)


def _visible(answer: Answer) -> Iterator[tuple[str, str]]:
    exchange = answer.exchange
    for step in exchange.trace.steps:
        yield "the trace", " ".join((*step.notes, step.error or ""))
    for entry in exchange.trace.entries:
        yield "traces", json.dumps([entry.source, entry.message, *entry.metadata], ensure_ascii=False)
    if exchange.context.last_error is not None:
        yield "last_error", exchange.context.last_error.message
    yield "the body", answer.body.decode("utf-8", "replace")
    if exchange.response is not None:
        yield "the headers", "\n".join(value for _, value in exchange.response.headers.pairs())


_OF_ANSWER: dict[str, Callable[[Any, Answer], Iterator[Failure]]] = {
    "status": _status,
    "reason": _reason,
    "headers": _headers,
    "body": _body,
    "json": _json,
    "json_equals": _json_equals,
    "json_path": _json_path,
    "variables": _variables,
    "variable_types": _variable_types,
    "last_error": _last_error,
    "trace": _trace,
    "traces": _traces,
    "stream": _stream,
}
_OF_STEP: dict[str, Callable[[Any, Observed], Iterator[Failure]]] = {
    "statuses": _statuses,
    "upstream": _upstream,
    "upstream_count": _upstream_count,
    "identity": _identity,
    "waited": _waited,
    "metrics": _metrics,
    "events": _events,
}
