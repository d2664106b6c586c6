"""The JSON document of a test run, as scripts read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from apim_ai.cases.coverage.model import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from apim_ai.cases.coverage.model import Coverage
    from apim_ai.cases.model import CaseResult, Failure, StepResult

__all__ = ["render"]


def render(results: Sequence[CaseResult], seconds: float, *, coverage: Coverage | None = None) -> str:
    """Return the document."""
    passed = sum(result.passed for result in results)
    document: dict[str, object] = {
        "cases": [_case(result) for result in results],
        "passed": passed,
        "failed": len(results) - passed,
        "seconds": round(seconds, 3),
    }
    if coverage is not None:
        document["coverage"] = _coverage(coverage)
    return json.dumps(document, ensure_ascii=False, default=str)


def _coverage(coverage: Coverage) -> dict[str, object]:
    documents = [
        {
            "file": document.file,
            **{f"{kind}_count": dict(zip(("reached", "of"), document.count(kind), strict=True)) for kind in KINDS},
            "missed": [
                {"kind": p.kind, "name": p.label, "line": p.span.line, "column": p.span.column} for p in document.missed
            ],
        }
        for document in coverage.documents
    ]
    return {"documents": documents}


def _case(result: CaseResult) -> dict[str, object]:
    case: dict[str, object] = {
        "file": result.file,
        "name": result.name,
        "passed": result.passed,
        "unsupported": result.unsupported,
        "steps": [*_outside(result), *(_step(step) for step in result.steps)],
    }
    if result.error is not None:
        case["error"] = result.error
    return case


def _outside(result: CaseResult) -> Iterator[dict[str, object]]:
    """Yield what failed outside of any step as a step of its own, so that scripts find it where failures stand."""
    failures = [_failure(failure) for failure in result.failures]
    if result.error is not None:
        failures.append({"what": "load", "expected": "a case that can be loaded", "actual": result.error})
    if failures:
        yield {"index": 0, "passed": False, "failures": failures, "where": None}


def _step(step: StepResult) -> dict[str, object]:
    failures = [_failure(failure) for failure in step.failures]
    where = str(step.span) if step.span else None
    return {"index": step.index, "passed": step.passed, "failures": failures, "where": where}


def _failure(failure: Failure) -> dict[str, object]:
    return {"what": failure.what, "expected": failure.expected, "actual": failure.actual}
