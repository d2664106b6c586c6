"""Compares what a step saw with what the case expects. Only what is named is checked."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, cast

from apim_ai.cases.content import NO_JSON, mapping, parsed, sequence
from apim_ai.cases.match import is_matcher, matches, subset, url_matches
from apim_ai.cases.model import Failure
from apim_ai.cases.sent import (
    Expected,
    body_differences,
    content_differences,
    header_differences,
    sent_differences,
)
from apim_ai.expression import clr_type_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from apim_ai.cases.observe import Answer, Observed, Obtained
    from apim_ai.cases.sent import Sent

__all__ = ["check", "check_totals"]


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
            found = (list(_OF_ANSWER[key](wanted, answer)) for answer in seen.answers)
            failures += next(filter(None, found), ())
    return tuple(failures)


def check_totals(totals: Expected, seen: Observed) -> Iterator[Failure]:
    """Yield what does not hold of all steps together."""
    for key, wanted in totals.items():
        for failure in _OF_STEP[key](wanted, seen):
            yield Failure(f"totals.{failure.what}", failure.expected, failure.actual)


# --- one answer -------------------------------------------------------------------------------------------------


def _status(wanted: object, answer: Answer) -> Iterator[Failure]:
    if not any(matches(each, answer.status) for each in (sequence(wanted) or [wanted])):
        yield Failure("status", wanted, answer.status)


def _reason(wanted: object, answer: Answer) -> Iterator[Failure]:
    if not matches(wanted, answer.reason):
        yield Failure("reason", wanted, answer.reason)


def _variables(wanted: Expected, answer: Answer) -> Iterator[Failure]:
    variables = answer.variables()
    for name, expected in wanted.items():
        actual = variables.get(name)
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


def _traces(wanted: Sequence[Expected], seen: Observed) -> Iterator[Failure]:
    entries = [
        {"source": e.source, "severity": e.severity, "message": e.message, "metadata": dict(e.metadata)}
        for answer in seen.answers
        for e in answer.exchange.trace.entries
    ]
    if not _all_found(wanted, entries):
        yield Failure("traces", wanted, entries)


def _stream(wanted: Expected, answer: Answer) -> Iterator[Failure]:
    actual = {"chunks": answer.chunks, "first_before_last": answer.streamed, "truncated": answer.is_cut}
    for name, expected in wanted.items():
        if not matches(expected, actual[name]):
            yield Failure(f"stream.{name}", expected, actual[name])


# --- the whole step ---------------------------------------------------------------------------------------------


def _statuses(wanted: Expected, seen: Observed) -> Iterator[Failure]:
    actual = Counter(str(answer.status) for answer in seen.answers)
    if not all(matches(count, actual[status]) for status, count in wanted.items()):
        yield Failure("statuses", wanted, dict(actual))


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
        for failure in sent_differences(entry, each):
            yield Failure(f"{what}[{number}].{failure.what}", failure.expected, failure.actual)


def _upstream_count(wanted: object, seen: Observed) -> Iterator[Failure]:
    """Compare a number of outgoing requests, or numbers by URL pattern."""
    by_pattern = {} if is_matcher(wanted) else mapping(wanted)
    if by_pattern:
        for pattern, expected in by_pattern.items():
            count = sum(url_matches(pattern, each.url) for each in seen.sent)
            if not matches(expected, count):
                yield Failure(f"upstream_count.{pattern}", expected, count)
    elif not matches(wanted, len(seen.sent)):
        yield Failure("upstream_count", wanted, len(seen.sent))


def _identity(wanted: Sequence[object], seen: Observed) -> Iterator[Failure]:
    if not _same_tokens(wanted, seen.tokens):
        actual = [{"resource": token.resource, "client_id": token.client_id} for token in seen.tokens]
        yield Failure("identity", list(wanted), actual)


def _same_tokens(wanted: Sequence[object], seen: Sequence[Obtained]) -> bool:
    """Whether these tokens were obtained; one that the service may have kept may be left out."""
    matched = {0}  # how many of the wanted ones the tokens so far may stand for
    for token in seen:
        also = {count + 1 for count in matched if count < len(wanted) and _is_token(wanted[count], token)}
        matched = also | matched if token.is_kept else also
    return len(wanted) in matched


def _is_token(wanted: object, seen: Obtained) -> bool:
    fields = {} if is_matcher(wanted) else mapping(wanted)
    return all(matches(value, getattr(seen, key)) for key, value in (fields or {"resource": wanted}).items())


def _waited(wanted: object, seen: Observed) -> Iterator[Failure]:
    if isinstance(wanted, list):
        expected = cast("list[object]", wanted)
        if not _same_waits(expected, seen.sleeps) and not _same_waits(expected, seen.delays):
            yield Failure("waited", expected, list(seen.sleeps))
    elif not matches(wanted, seen.waited):
        yield Failure("waited", wanted, seen.waited)


def _same_waits(wanted: Sequence[object], seconds: Sequence[float]) -> bool:
    """Compare waits one by one; a wait of no time may be named or left out."""
    named = [each for each in wanted if each != 0]
    real = [each for each in seconds if each != 0]
    return len(named) == len(real) and all(map(matches, named, real))


def _metrics(wanted: Sequence[Expected], seen: Observed) -> Iterator[Failure]:
    actual = [
        {"name": m.name, "namespace": m.namespace, "value": m.value, "dimensions": dict(m.dimensions)}
        for m in seen.metrics
    ]
    if not _all_found(wanted, actual):
        yield Failure("metrics", list(wanted), actual)


def _events(wanted: Sequence[Expected], seen: Observed) -> Iterator[Failure]:
    actual = [{"logger": e.logger, "body": e.content, "partition_key": e.partition_key} for e in seen.events]
    if not _all_found(wanted, [{**event, "json": _json_or_text(str(event["body"]))} for event in actual]):
        yield Failure("events", list(wanted), actual)


def _json_or_text(text: str) -> object:
    content = parsed(text.encode())
    return text if content is NO_JSON else content


# --- records ----------------------------------------------------------------------------------------------------


def _all_found(wanted: Sequence[Expected], actual: Sequence[Expected]) -> bool:
    """Whether each wanted record has one of its own among the actual ones; none wanted means none at all."""
    if not wanted:
        return not actual
    fitting = [{n for n, record in enumerate(actual) if _record_matches(each, record)} for each in wanted]
    taken: dict[int, int] = {}
    return all(_assign(number, fitting, taken, set()) for number in range(len(wanted)))


def _assign(number: int, fitting: Sequence[set[int]], taken: dict[int, int], tried: set[int]) -> bool:
    """Give a wanted record one of its fitting ones, moving others to further ones of theirs where need be."""
    for each in sorted(fitting[number] - tried):
        tried.add(each)
        if each not in taken or _assign(taken[each], fitting, taken, tried):
            taken[each] = number
            return True
    return False


def _record_matches(wanted: Expected, actual: Expected) -> bool:
    return all(_field_matches(key, expected, actual.get(key)) for key, expected in wanted.items())


def _field_matches(key: str, expected: object, found: object) -> bool:
    if key == "json":
        return subset(expected, found)
    if key == "body":
        return next(body_differences(expected, str(found)), None) is None
    fields = {} if is_matcher(expected) else mapping(expected)
    if fields:
        actual = mapping(found)
        return all(matches(value, actual.get(name)) for name, value in fields.items())
    if expected == {}:
        return True
    return matches(expected, found)


# --- secrets ----------------------------------------------------------------------------------------------------


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
        for change in step.changes:
            yield f"the trace of {step.policy}", f"{change.before}\n{change.after}"
        yield f"the trace of {step.policy}", "\n".join((*step.notes, step.error or ""))
    for entry in exchange.trace.entries:
        fields = (text for pair in entry.metadata for text in pair)
        yield "traces", "\n".join((entry.source, entry.message, *fields))
    if exchange.context.last_error is not None:
        yield "last_error", exchange.context.last_error.message
    yield "the body", answer.body.decode("utf-8", "replace")
    yield "the reason", answer.reason
    yield "the headers", "\n".join(value for _, value in answer.headers.pairs())


_OF_ANSWER: dict[str, Callable[[Any, Answer], Iterator[Failure]]] = {
    "status": _status,
    "reason": _reason,
    "headers": lambda wanted, answer: header_differences(wanted, answer.headers),
    "body": lambda wanted, answer: body_differences(wanted, answer.body.decode("utf-8", "replace")),
    "json": lambda wanted, answer: content_differences("json", wanted, answer.body),
    "json_equals": lambda wanted, answer: content_differences("json_equals", wanted, answer.body),
    "json_path": lambda wanted, answer: content_differences("json_path", wanted, answer.body),
    "variables": _variables,
    "variable_types": _variable_types,
    "last_error": _last_error,
    "trace": _trace,
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
    "traces": _traces,
}
