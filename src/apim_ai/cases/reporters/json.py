"""The JSON document of a test run, as scripts read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apim_ai.cases.model import CaseResult

__all__ = ["render"]


def render(results: Sequence[CaseResult], seconds: float) -> str:
    """Return the document."""
    passed = sum(result.passed for result in results)
    document = {
        "cases": [_case(result) for result in results],
        "passed": passed,
        "failed": len(results) - passed,
        "seconds": round(seconds, 3),
    }
    return json.dumps(document, ensure_ascii=False, default=str)


def _case(result: CaseResult) -> dict[str, object]:
    case: dict[str, object] = {
        "file": result.file,
        "name": result.name,
        "passed": result.passed,
        "unsupported": result.unsupported,
        "steps": [
            {
                "index": step.index,
                "passed": step.passed,
                "failures": [
                    {"what": failure.what, "expected": failure.expected, "actual": failure.actual}
                    for failure in step.failures
                ],
                "where": str(step.span) if step.span else None,
            }
            for step in result.steps
        ],
    }
    if result.failures:
        case["failures"] = [
            {"what": failure.what, "expected": failure.expected, "actual": failure.actual}
            for failure in result.failures
        ]
    if result.error is not None:
        case["error"] = result.error
    return case
