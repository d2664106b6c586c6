from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from apim_ai.cli.group import run

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """policy: |
  <policies>
    <inbound><base />{}</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error>
  </policies>
"""
PASSES = (
    POLICY.format("") + "mocks: [{responses: [{status: 200}]}]\nsteps: [{request: {url: /}, expect: {status: 200}}]\n"
)
FAILS = PASSES.replace("expect: {status: 200}", "expect: {status: 201, headers: {x-a: b}}")
DAPR = POLICY.format('<publish-to-dapr topic="t">x</publish-to-dapr>') + "steps: [{request: {url: /}}]\n"
REFUSED = POLICY.format("<no-such-policy />") + "refused: {matches: no-such-policy}\n"
NOT_REFUSED = POLICY.format("") + "refused: true\n"


def results(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], **cases: str
) -> tuple[int, dict[str, dict[str, object]]]:
    for name, text in cases.items():
        (tmp_path / f"{name}.case.yaml").write_text(text, encoding="utf-8")
    code = run(["test", str(tmp_path), "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    return code, {case["name"]: case for case in document["cases"]}


def test_all_passed_is_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, cases = results(tmp_path, capsys, good=PASSES, refused=REFUSED)
    assert code == 0
    assert [case["passed"] for case in cases.values()] == [True, True]


def test_a_failure_is_1_and_says_what_was_expected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, cases = results(tmp_path, capsys, good=PASSES, bad=FAILS)
    assert code == 1
    step = cases["bad"]["steps"][0]  # type: ignore[index]  # a list of steps
    assert step["failures"] == [
        {"what": "status", "expected": 201, "actual": 200},
        {"what": "headers.x-a", "expected": "b", "actual": None},
    ]


def test_a_case_that_cannot_be_loaded_is_2_and_the_others_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, cases = results(tmp_path, capsys, good=PASSES, broken=PASSES + "nope: 1\n")
    assert code == 2
    assert cases["good"]["passed"] is True
    failure = cases["broken"]["steps"][0]["failures"][0]  # type: ignore[index]  # a list of steps
    assert "broken.case.yaml:7:1: unknown key 'nope'" in failure["actual"]


def test_an_unsupported_policy_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, cases = results(tmp_path, capsys, dapr=DAPR)
    assert code == 1
    assert (cases["dapr"]["passed"], cases["dapr"]["unsupported"]) == (False, "publish-to-dapr")


def test_a_refusal_that_does_not_come_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, cases = results(tmp_path, capsys, accepted=NOT_REFUSED)
    assert code == 1
    assert cases["accepted"]["passed"] is False


@pytest.mark.parametrize(
    ("select", "names"),
    [
        ("good", {"good"}),
        ("good or bad", {"good", "bad"}),
        ("case and not good", {"bad", "other"}),
        ("nothing", set[str]()),
    ],
)
def test_selection(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, select: str, names: set[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("good", "bad", "other"):
        (tmp_path / f"{name}.case.yaml").write_text(PASSES, encoding="utf-8")
    run(["test", ".", "--format", "json", "-k", select])
    document = json.loads(capsys.readouterr().out)
    assert {case["name"] for case in document["cases"]} == names


def test_junit_is_xml(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.case.yaml").write_text(FAILS.replace("x-a", "x-&lt"), encoding="utf-8")
    assert run(["test", str(tmp_path), "--format", "junit"]) == 1
    root = etree.fromstring(capsys.readouterr().out.encode())
    assert root.find(".//failure") is not None
