"""Expressions that Python's own compiler would not take as they are, for it nests brackets, blocks and indentation only so deep."""

from __future__ import annotations

import pytest

from apim_ai.expression.evaluation import evaluate

METHOD = "context.Request.Method"
BODY = 'context.Request.Body.As<JObject>(true)["a"]'
LONG = {
    "texts": ("@(" + " + ".join([f"{BODY}.ToString()"] * 250) + ")", "x" * 250),
    "numbers": ("@(" + " + ".join([f"{METHOD}.Length"] * 250) + ")", "750"),
    "calls": ("@(" + METHOD + '.Replace("T", "T")' * 120 + ")", "GET"),
    "variables": ("@{ int v; var s = " + " + ".join(['(int.TryParse("7", out v) ? v : 0)'] * 120) + "; return s + v; }", "847"),
    "assignments": ("@{ int v = 0; var s = " + " + ".join(["(v = v + 1)"] * 120) + "; return s + v; }", str(60 * 121 + 120)),
    "lambda": ("@{ Func<int, int> f = x => " + " + ".join(["x"] * 250) + "; return f(2); }", "500"),
    "conditions": ("@(" + "".join(f'{METHOD} == "x{each}" ? "{each}" : ' for each in range(90)) + '"z")', "z"),
    "branches": (
        "@{ " + " else ".join(f'if ({METHOD} == "x{each}") {{ return "{each}"; }}' for each in range(90)) + ' return "z"; }',
        "z",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LONG)
def test_long_expressions_run(name: str) -> None:
    expression, expected = LONG[name]
    result = evaluate(expression, {"request": {"body": {"json": {"a": "x"}}}})
    assert (result.error, result.text) == (None, expected)


def test_loops_nested_too_deeply_end_in_an_exception_of_dotnet() -> None:
    loops = "".join(f'foreach (var c{each} in "a") {{ ' for each in range(25))
    result = evaluate(f"@{{ var n = 0; {loops} n++; {'}' * 25} return n; }}")
    assert result.error is not None
    assert result.error["exception"] == "System.InsufficientExecutionStackException"


def test_the_branch_behind_a_condition_with_a_function_of_its_own_is_taken() -> None:
    lines = 'var n = 0; if (n == 1) { return "one"; } else if (new[] { 1 }.Any(each => { return each == n + 1; })) { return "two"; } else { return "none"; }'
    assert evaluate(f"@{{ {lines} }}").text == "two"
