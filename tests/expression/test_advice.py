"""Typical mistakes: the message is Roslyn's, the help says what to write."""

from __future__ import annotations

import pytest

from apim_ai.expression.compiler import compile_text

CASES = [
    ("@{ retrun 5; }", "did you mean 'return'?"),
    ("@{ if (true) return 1; elseif (true) return 2; return 3; }", "write 'else if'"),
    ("@(true and false)", "write && for 'and'"),
    ("@(new[]{1}.Where(x -> x > 1))", "write => for '->'"),
    ("@(new { a: 1 })", "write new { name = value }"),
    ("@{ int x[] = {1}; return x; }", "write int[] x"),
    ("@{ const x = 5; return x; }", "write it, such as const int"),
    ('@{ int x = "5"; return x; }', "call int.Parse(…)"),
    ("@{ int x = 5.5; return x; }", "an explicit conversion exists: write (int)…"),
    ("@{ decimal x = 5.5; return x; }", "write the number with the suffix m, or cast: (decimal)…"),
    ("@{ string x = 'a'; return x; }", 'write "…" for a text'),
    ("@{ int x = null; return x; }", "write int? for a value that may be missing"),
    ("@(True)", "write true"),
    ("@(new List<int>().Length)", "write Count"),
    ("@(new[]{1}.Add(2))", "an array has a fixed size: use a List"),
    ("@(new[]{1}.Filter(x => x > 1))", "write Where"),
    ('@("a".Length())', "leave out the ()"),
    ("@(new List())", "such as List<string>"),
    ('@(Math.Round("1"))', "it takes (double) or (decimal)"),
    ("@{ Func<int,int,int> f = (a, b) => a; return f(x: 1, y: 2); }", "its parameters are arg1, arg2"),
]


@pytest.mark.parametrize(("expression", "help_"), CASES, ids=[expression for expression, _ in CASES])
def test_says_what_to_write(expression: str, help_: str) -> None:
    assert [problem.help for problem in compile_text(expression).problems][:1] == [help_]


def test_names_the_argument_that_does_not_fit() -> None:
    problem = compile_text('@{ var l = new List<int>(); l.Add("a"); return l; }').problems[0]
    assert problem.message == "argument 1: cannot convert from 'string' to 'int'"
    assert problem.start == len("@{ var l = new List<int>(); l.Add(")
