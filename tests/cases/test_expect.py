"""Each expectation fails when it does not hold, and says what was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cases.conftest import Run

CASE = """
identity: {"https://a.test": token}
named_values: {visible: shown-words}
policy: |
  <policies>
    <inbound>
      <base />
      <set-variable name="n" value="@(5)" />
      <authentication-managed-identity resource="https://a.test" />
      <trace source="src"><message>shown-words</message><metadata name="k" value="v" /></trace>
      <emit-metric name="calls" value="2" namespace="ns"><dimension name="who" value="me" /></emit-metric>
      <log-to-eventhub logger-id="hub" partition-key="p">{"a": 1}</log-to-eventhub>
    </inbound>
    <backend><forward-request /></backend><outbound><base /></outbound><on-error><base /></on-error>
  </policies>
mocks:
- match: {path: /cut}
  responses: [{chunks: [a], reset_after: 1}]
- responses: [{status: 200, delay: 2, headers: {x-a: "1", x-list: [a, b]}, json: {a: {b: 1}, c: [1, 2]}}]
steps:
- request: {method: POST, url: "/p?q=1", json: {k: 1}}
  expect: {%s}
"""


@pytest.mark.parametrize(
    ("expect", "what", "actual"),
    [
        ("status: 201", "status", 200),
        ("status: [201, 202]", "status", 200),
        ("status: {between: [300, 399]}", "status", 200),
        ("statuses: {201: 1}", "statuses", {"200": 1}),
        ("statuses: {200: {between: [2, 3]}}", "statuses", {"200": 1}),
        ("reason: Fine", "reason", "OK"),
        ("headers: {x-a: 2}", "headers.x-a", "1"),
        ("headers: {x-a: null}", "headers.x-a", "1"),
        ("headers: {x-gone: ''}", "headers.x-gone", None),
        ("headers: {x-list: [b, a]}", "headers.x-list", ["a", "b"]),
        ("headers: {x-list: [a]}", "headers.x-list", ["a", "b"]),
        ("headers: {x-list: a b}", "headers.x-list", ["a", "b"]),
        ("headers: {x-a: {in: [2, 3]}}", "headers.x-a", "1"),
        ("headers: {x-a: {matches: '^2'}}", "headers.x-a", "1"),
        ("body: ''", "body", '{"a": {"b": 1}, "c": [1, 2]}'),
        ("body: null", "body", '{"a": {"b": 1}, "c": [1, 2]}'),
        ("body: {xml: '<a/>'}", "body", '{"a": {"b": 1}, "c": [1, 2]}'),
        ("body: {contains: z}", "body", '{"a": {"b": 1}, "c": [1, 2]}'),
        ("json: {a: {b: '1'}}", "json", {"a": {"b": 1}, "c": [1, 2]}),
        ("json: {c: [1]}", "json", {"a": {"b": 1}, "c": [1, 2]}),
        ("json: null", "json", {"a": {"b": 1}, "c": [1, 2]}),
        ("json: {a: {b: {between: [0, 2]}}}", "json", {"a": {"b": 1}, "c": [1, 2]}),
        ("json_equals: {a: {b: 1}}", "json_equals", {"a": {"b": 1}, "c": [1, 2]}),
        ("json_path: {$.a.b: 2}", "json_path.$.a.b", 1),
        ("json_path: {$.a.b: null}", "json_path.$.a.b", 1),
        ("json_path: {'$.c[*]': [2, 1]}", "json_path.$.c[*]", [1, 2]),
        ("json_path: {$.gone: 1}", "json_path.$.gone", None),
        ("upstream: []", "upstream", ["POST http://backend.test/p?q=1"]),
        ("upstream: [{}, {}]", "upstream", ["POST http://backend.test/p?q=1"]),
        ("upstream: {'https://*': [{}]}", "upstream.https://*", []),
        ("upstream: [{method: GET}]", "upstream[0].method", "POST"),
        ("upstream: [{url: 'http://backend.test/p'}]", "upstream[0].url", "http://backend.test/p?q=1"),
        ("upstream: [{path: '/p?q=1'}]", "upstream[0].path", "/p"),
        ("upstream: [{query: {q: null}}]", "upstream[0].query.q", "1"),
        ("upstream: [{query: {q: ['1', '1']}}]", "upstream[0].query.q", "1"),
        ("upstream: [{headers: {content-type: text/plain}}]", "upstream[0].headers.content-type", "application/json"),
        ("upstream: [{json: {k: 2}}]", "upstream[0].json", {"k": 1}),
        ("upstream: [{json_equals: {}}]", "upstream[0].json_equals", {"k": 1}),
        ("upstream: [{json_path: {$.k: 2}}]", "upstream[0].json_path.$.k", 1),
        ("upstream: [{body: ''}]", "upstream[0].body", '{"k": 1}'),
        ("upstream_count: 2", "upstream_count", 1),
        ("upstream_count: {'http://backend*': {between: [2, 3]}}", "upstream_count.http://backend*", 1),
        ("identity: []", "identity", [{"resource": "https://a.test", "client_id": None}]),
        ("identity: [{client_id: x}]", "identity", [{"resource": "https://a.test", "client_id": None}]),
        (
            "identity: ['https://a.test', 'https://a.test']",
            "identity",
            [{"resource": "https://a.test", "client_id": None}],
        ),
        ("waited: 0", "waited", 2),
        ("waited: [1]", "waited", []),
        ("variables: {n: 6}", "variables.n", "5"),
        ("variables: {n: null}", "variables.n", "5"),
        ("variables: {m: ''}", "variables.m", None),
        ("variable_types: {n: System.Int64}", "variable_types.n", "System.Int32"),
        ("last_error: {source: x}", "last_error", None),
        ("metrics: []", "metrics", [{"name": "calls", "namespace": "ns", "value": 2.0, "dimensions": {"who": "me"}}]),
        (
            "metrics: [{dimensions: {who: you}}]",
            "metrics",
            [{"name": "calls", "namespace": "ns", "value": 2.0, "dimensions": {"who": "me"}}],
        ),
        ("events: []", "events", [{"logger": "hub", "body": '{"a": 1}', "partition_key": "p"}]),
        ("events: [{json: {a: 2}}]", "events", [{"logger": "hub", "body": '{"a": 1}', "partition_key": "p"}]),
        ("events: [{}, {}]", "events", [{"logger": "hub", "body": '{"a": 1}', "partition_key": "p"}]),
        ("stream: {chunks: 2}", "stream.chunks", 1),
        ("stream: {first_before_last: true}", "stream.first_before_last", False),
        ("stream: {truncated: true}", "stream.truncated", False),
        ("hidden: [visible]", "hidden.visible", "traces"),
        ("hidden: [nothing]", "hidden.nothing", None),
    ],
)
def test_what_does_not_hold_fails(run: Run, expect: str, what: str, actual: object) -> None:
    result = run(CASE % expect)
    assert result.error is None
    assert [(failure.what, failure.actual) for failure in result.steps[0].failures] == [(what, actual)]


def test_order_matters_in_a_trace(run: Run) -> None:
    failures = run(CASE % "trace: [trace, set-variable]").steps[0].failures
    assert [failure.what for failure in failures] == ["trace"]


def test_nothing_at_all_was_traced(run: Run) -> None:
    assert run(CASE % "traces: []").steps[0].failures[0].what == "traces"
    assert run(CASE % "traces: [{metadata: {k: w}}]").steps[0].failures[0].what == "traces"


def test_no_error_was_expected(run: Run) -> None:
    result = run(CASE.replace('https://a.test" />', 'https://b.test" />') % "last_error: null")
    assert [failure.what for failure in result.steps[0].failures] == ["last_error"]


def test_every_failure_of_a_step_is_told_with_the_trace(run: Run) -> None:
    step = run(CASE % "status: 1, reason: x, waited: 9").steps[0]
    assert [failure.what for failure in step.failures] == ["status", "reason", "waited"]
    assert any("some.case.yaml" in line and "set-variable" in line for line in step.trace)


def test_totals_count_all_steps(run: Run) -> None:
    text = CASE % "status: 200" + "  repeat: 3\ntotals: {upstream_count: 2, statuses: {200: 4}, waited: 6}\n"
    totals = run(text).steps[-1]
    assert (totals.index, [failure.what for failure in totals.failures]) == (
        -1,
        ["totals.upstream_count", "totals.statuses"],
    )


def test_what_is_not_there_cannot_be_saved(run: Run) -> None:
    failures = run(CASE % "" + "  save: {x: headers.X-Gone}\n").steps[0].failures
    assert [(failure.what, failure.expected) for failure in failures] == [("save.x", "headers.X-Gone")]


def test_one_of_many_that_fails_fails_the_step(run: Run) -> None:
    text = CASE % "headers: {x-a: '1'}" + "  parallel: [{}, {url: /cut}]\n"
    assert [failure.what for failure in run(text).steps[0].failures] == ["headers.x-a"]
