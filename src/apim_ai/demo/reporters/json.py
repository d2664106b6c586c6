"""The report as one JSON document, in the shape that scripts rely on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apim_ai.demo.report import DemoReport

__all__ = ["render"]


def render(report: DemoReport) -> str:
    """Return the document on one line, for with `--keep` another line follows."""
    checks = [
        {
            "name": check.name,
            "group": check.group,
            "expected": check.expected,
            "actual": check.actual,
            "passed": check.passed,
            "seconds": round(check.seconds, 3),
        }
        for check in report.checks
    ]
    stages = [
        {"name": stage.name, "seconds": round(stage.seconds, 3), "outcome": stage.outcome} for stage in report.stages
    ]
    document = {
        "checks": checks,
        "passed": report.passed,
        "failed": report.failed,
        "seconds": round(report.seconds, 3),
        "stages": stages,
    }
    return json.dumps(document, ensure_ascii=False)
