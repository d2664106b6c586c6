"""What a runner makes of cases that cannot run, and how it drives those that can."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from apim_ai.cases.run import Runner

if TYPE_CHECKING:
    from tests.cases.conftest import Run

GOOD = Path(__file__).parent / "format" / "data" / "good"

PLAIN = "mocks: [{responses: [{status: 200}]}]\nsteps:\n"


def test_a_time_before_the_clock_is_a_load_error(run: Run) -> None:
    result = run(PLAIN + "- {at: 2025-12-31T00:00:00Z, request: {url: /}}\n")
    assert result.error == "some.case.yaml:3:8: 'at: 2025-12-31T00:00:00Z' lies before the clock"


def test_a_repeated_step_stands_at_its_time_once(run: Run) -> None:
    text = PLAIN.replace("status: 200", "delay: 1")
    assert run(text + "- {at: 2026-01-01T00:00:00Z, repeat: 3, request: {url: /}, expect: {waited: 1}}\n").passed


def test_a_document_that_does_not_compile_is_a_load_error_with_its_place(run: Run) -> None:
    result = run('policy: "<policies><inbound><nope /></inbound></policies>"\n' + PLAIN + "- {request: {url: /}}\n")
    assert result.error is not None
    assert result.error.startswith("some.case.yaml:1:29: ")


def test_a_document_that_is_not_there_is_a_load_error(run: Run) -> None:
    result = run("document: gone.xml\n" + PLAIN + "- {request: {url: /}}\n")
    assert result.error is not None
    assert "some.case.yaml:1:11: the document 'gone.xml' cannot be read: No such file" in result.error


def test_a_refusal_needs_its_document(run: Run) -> None:
    assert run("document: gone.xml\nrefused: true\n").error is not None


def test_a_fault_of_our_own_costs_one_case_only(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(Runner, "_resources", broken)
    assert (
        run(PLAIN + "- {request: {url: /}}\n").error == "some.case.yaml:1:1: the case could not be run: KeyError: 'x'"
    )


def test_a_step_without_a_request_only_moves_the_clock(run: Run) -> None:
    result = run(PLAIN + "- {advance: 10s}\n- {request: {url: /}}\ntotals: {upstream_count: 1}\n")
    assert result.passed
    assert [step.index for step in result.steps] == [0, 1]


def test_a_url_that_is_none_is_a_load_error(run: Run) -> None:
    result = run(PLAIN + '- {request: {url: "http://[bad"}}\n')
    assert result.error is not None
    assert result.error.startswith("some.case.yaml:3:19: ")


def test_a_key_that_does_not_sign_so_is_a_load_error(run: Run) -> None:
    result = run(PLAIN + "- {request: {url: /}, token: {key: c2VjcmV0LXNlY3JldC1zZWNyZXQ=, algorithm: RS256}}\n")
    assert result.error is not None
    assert result.error.startswith("some.case.yaml:3:30: the token cannot be made: ")


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("product: gone", "2:42: neither the case nor its project has a product 'gone'"),
        ("api: shopp", "2:38: neither the case nor its project has an API 'shopp' (did you mean 'shop'?)"),
        ("user: nobody", "2:39: neither the case nor its project has a user 'nobody'"),
    ],
)
def test_a_subscription_is_for_what_the_project_has(run: Run, named: str, message: str) -> None:
    text = f"project: {GOOD}\nsubscriptions: [{{id: s, key: k, {named}}}]\nenv: dev\n{PLAIN}- {{request: {{url: /}}}}\n"
    assert run(text).error == f"some.case.yaml:{message}"
    assert run(text.replace(named, "api: shop, user: u") + "users: [{id: u}]\n").passed


def test_a_product_holds_what_the_project_has(run: Run) -> None:
    text = f"project: {GOOD}\nproducts: [{{id: p, apis: [shop, gone]}}]\nenv: dev\n{PLAIN}- {{request: {{url: /}}}}\n"
    assert run(text).error == "some.case.yaml:2:33: neither the case nor its project has an API 'gone'"
    assert run(text.replace(", gone", "")).passed
