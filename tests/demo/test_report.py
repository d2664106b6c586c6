from __future__ import annotations

import pytest

from apim_ai.demo.report import Check, DemoReport


@pytest.mark.parametrize(
    ("actual", "passed"),
    [
        ({"status": 401, "backend calls": 0}, True),
        ({"backend calls": 0, "status": 401}, True),
        ({"status": 401, "backend calls": 1}, False),
        ({"status": 401}, False),
        ({"status": 401, "backend calls": 0, "more": 1}, False),
    ],
)
def test_a_check_passes_if_all_facts_are_as_expected(actual: dict[str, object], passed: bool) -> None:
    check = Check.compare("no token", "Access", {"status": 401, "backend calls": 0}, actual)
    assert check.passed is passed
    assert check.expected == "status 401, backend calls 0"


def test_facts_are_shown_in_words() -> None:
    facts = {"hit": True, "stored": False, "key": None, "statuses": [200, 429], "calls": (), "region": "West Europe"}
    check = Check.compare("x", "g", facts, facts)
    assert check.actual == "hit yes, stored no, key absent, statuses 200 429, calls none, region West Europe"


def test_a_report_counts_and_groups_in_order() -> None:
    checks = tuple(Check(name, group, "", "", passed) for name, group, passed in [
        ("a", "Limits", True), ("b", "Access", False), ("c", "Limits", True)])  # fmt: skip
    report = DemoReport("1", "now", 1.0, (), checks)
    assert (report.passed, report.failed) == (2, 1)
    assert {group: [check.name for check in found] for group, found in report.groups.items()} == {
        "Limits": ["a", "c"],
        "Access": ["b"],
    }
