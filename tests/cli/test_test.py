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


def test_without_a_path_all_cases_below_the_folder_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "good.case.yaml").write_text(PASSES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(["test"]) == 0
    assert capsys.readouterr().out.startswith("1 passed, 0 failed")


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
        ("(good or bad) and not (good)", {"bad"}),
        ("not not good", {"good"}),
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


def test_a_selection_of_nothing_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.case.yaml").write_text("name: a\nrefused: true\npolicy: x\n", encoding="utf-8")
    assert run(["test", str(tmp_path), "-k", "zzz"]) == 0
    assert capsys.readouterr().err == "no cases found that match 'zzz'\n"


def test_a_selection_that_cannot_be_read_is_wrong_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test", str(tmp_path), "-k", "a and"]) == 2
    assert "'-k a and' cannot be read at its end" in capsys.readouterr().err


def test_coverage_stands_below_the_results(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good.case.yaml").write_text(PASSES.replace("<base />", "<base /><set-method>GET</set-method>", 1))
    assert run(["test", str(tmp_path), "--coverage"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("1 passed, 0 failed")
    assert lines[-1].split() == ["total", "1/1", "-", "-"]


def test_coverage_belongs_to_the_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good.case.yaml").write_text(PASSES.replace("<base />", "<base /><set-method>GET</set-method>", 1))
    assert run(["test", "--coverage", "--format", "json", str(tmp_path)]) == 0
    (document,) = json.loads(capsys.readouterr().out)["coverage"]["documents"]
    assert (document["policy_count"], document["missed"]) == ({"reached": 1, "of": 1}, [])


def test_coverage_as_a_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.case.yaml").write_text(PASSES.replace("<base />", "<base /><set-method>GET</set-method>", 1))
    assert run(["test", "--coverage", "html"]) == 0
    assert "coverage: build/policy-coverage.html" in capsys.readouterr().err
    assert '<span class="hit">' in (tmp_path / "build/policy-coverage.html").read_text(encoding="utf-8")


def test_watch_runs_again_when_a_file_changes_and_ends_with_130(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = tmp_path / "x.case.yaml"
    case.write_text(FAILS, encoding="utf-8")
    looks = iter([lambda: case.write_text(PASSES, encoding="utf-8"), lambda: None, interrupt])

    def sleep(_seconds: float) -> None:
        next(looks)()

    monkeypatch.setattr("time.sleep", sleep)
    assert run(["test", str(tmp_path), "--watch"]) == 130
    captured = capsys.readouterr()
    assert [line.split(" in ")[0] for line in captured.out.splitlines() if " failed in " in line] == [
        "0 passed, 1 failed",
        "1 passed, 0 failed",
    ]
    assert f"changed: {case}" in captured.err
    assert "watching 1 files" in captured.err


def interrupt() -> None:
    raise KeyboardInterrupt
