"""Answers of a real C# compiler (see tools/oracle): type and value, or exception and message."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from apim_ai.expression.evaluation import evaluate

CASES: list[dict[str, str]] = [
    json.loads(line)
    for path in sorted(Path(__file__).parent.glob("oracle*.jsonl"))
    for line in path.read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=[case["expression"][:60] for case in CASES])
def test_agrees_with_csharp(case: dict[str, str]) -> None:
    result = evaluate(case["expression"])
    if "refused" in case:
        assert result.error is not None
        assert result.error["kind"] == "compile"
    elif "exception" in case:
        assert result.error is not None
        assert (result.error["exception"], result.error["message"]) == (case["exception"], case["message"])
    else:
        assert result.error is None
        assert (result.type, result.text) == (case["type"], case["value"])
