"""One mistake gives one message: what follows from it is not complained of, and nothing falls over it."""

from __future__ import annotations

import pytest

from apim_ai.expression import compiler
from apim_ai.expression.compiler import compile_text
from apim_ai.expression.settings import DEFAULT

CASES = [
    "@{ var x = Missing; return (int)x + 1 > 5; }",
    '@{ var body = Missing.Parse("a"); if ((long)body["e"] > Int32.MaxValue) { return 1; } return (int)body["x"]; }',
    "@{ Missing<string> d = null; return (int)d[0] + 1; }",
    "@{ var x = Missing; const int y = (int)x * 2; return y << 3; }",
    "@{ var x = Missing; switch (x) { case 1: return -(int)x; default: return 2; } }",
]


@pytest.mark.parametrize("expression", CASES)
def test_complains_once(expression: str) -> None:
    result = compile_text(expression)
    assert result.compiled is None
    assert "Missing" in result.problems[0].message
    assert {problem.rule for problem in result.problems if problem.severity == "error"} <= {"AIM201", "AIM207"}


def test_a_defect_of_ours_is_a_problem_of_the_expression(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_text: str) -> None:
        raise KeyError("node")

    monkeypatch.setattr(compiler, "parse", broken)
    result = compile_text.__wrapped__("@(1)", DEFAULT)
    assert [problem.message for problem in result.problems] == [
        "the expression could not be compiled: KeyError: 'node'"
    ]
