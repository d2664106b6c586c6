"""What is refused, by which rule, where, and with which words."""

from __future__ import annotations

import pytest

from apim_ai.expression import compile_text

CASES = [
    ("@(a == )", "AIM201", 7, "expression expected"),
    ("@(context.Request.Method == ; )", "AIM211", 28, "invalid expression term ';'"),
    ("@(Math.Max(1, 2)", "AIM202", 10, "the '(' that begins here is not closed"),
    ("@{ var a = 1 return a; }", "AIM201", 12, "';' expected"),
    ("@{ if (true) { return 1; ", "AIM202", 1, "the '{' that begins here is not closed"),
    ("@('abc')", "AIM212", 2, "too many characters in character literal 'abc'"),
    ('@("abc\n")', "AIM202", 2, "newline in constant: the string that begins here is not closed"),
    ('@($"{a$b}c")', "AIM201", 6, "unexpected character '$'"),
    ('@($"{$', "AIM202", 1, "the '(' that begins here is not closed"),
    ("@(return 1)", "AIM211", 2, "'return' cannot stand in '@( … )'"),
    ("@(1; )", "AIM211", 3, "';' cannot stand in '@( … )'"),
    ("@(context.User is not null)", "AIM203", 18, "the pattern 'is not' is not available in C# 7"),
    ('@(1 switch { 1 => "a" })', "AIM203", 4, "a switch expression is not available in C# 7"),
    ("@{ List<int> a = new(); return a; }", "AIM203", 20, "target-typed 'new()' is not available in C# 7"),
    ('@{ string a = null; a ??= "x"; return a; }', "AIM203", 22, "'??=' is not available in C# 7"),
    ("@(context.User!.Id)", "AIM203", 14, "the null-forgiving operator '!' is not available in C# 7"),
    ('@("abc"[1..2])', "AIM203", 9, "a range is not available in C# 7"),
    ('@("abc"[^1])', "AIM203", 8, "a range or index from the end is not available in C# 7"),
    ("@{ string? a = null; return a; }", "AIM203", 3, "the nullable reference type 'string?' is not available in C# 7"),
    ("@{ using var a = SHA256.Create(); return 1; }", "AIM203", 3, "a using declaration is not available in C# 7"),
    ("@(System.Environment.MachineName)", "AIM204", 2, "type 'System.Environment' is not on the list"),
    ('@(File.ReadAllText("x"))', "AIM204", 2, "type 'System.IO.File' is not on the list"),
    ("@(new HttpClient())", "AIM204", 6, "type 'System.Net.Http.HttpClient' is not on the list"),
    ('@(Regex.Escape("x"))', "AIM205", 8, "'Regex.Escape' is not on the list of members"),
    ('@(DateTime.ParseExact("x", "yyyy", null))', "AIM205", 11, "'DateTime.ParseExact' is not on the list of members"),
    ("@(context.Request.Uri.Path)", "AIM206", 18, "'IRequest' does not contain a definition for 'Uri'"),
    ("@(RETRY_COUNT + 1)", "AIM207", 2, "the name 'RETRY_COUNT' does not exist in the current context"),
    ("@(Context.Request)", "AIM207", 2, "the name 'Context' does not exist in the current context"),
    ('@{ if (context.Request.Method == "x") { return 1; } }', "AIM210", 52, "not all code paths return a value"),
    ("@(Newtonsoft.Json.Formatting.None == Formatting.None)", "AIM237", 37, "'Formatting' is ambiguous"),
    ('@(context.Trace("x"))', "AIM246", 2, "the expression has no value"),
    ("@(context.Request.Body.As<int>())", "AIM248", 2, "'As<int>' is not allowed"),
    ("@(context.Request = null)", "AIM213", 2, "property or indexer 'IContext.Request' cannot be assigned to"),
    ('@(JObject.Parse("{}").Any())', "AIM206", 22, "'JObject' does not contain a definition for 'Any'"),
    ("@(1 + true)", "AIM201", 2, "operator '+' cannot be applied to operands of type 'int' and 'bool'"),
    ('@("a" - 1)', "AIM201", 2, "operator '-' cannot be applied to operands of type 'string' and 'int'"),
    ('@((int)"5")', "AIM201", 2, "cannot convert type 'string' to 'int'"),
    ('@{ int a = "x"; return a; }', "AIM201", 11, "cannot implicitly convert type 'string' to 'int'"),
    ("@(Math.Max(1))", "AIM201", 2, "no overload for method 'Max' takes 1 arguments"),
    ("@(int.MaxValue + 1)", "AIM201", 2, "the operation overflows at compile time in checked mode"),
    ("@(1 / 0)", "AIM201", 2, "division by constant zero"),
    ('@(true ? 1 : "a")', "AIM201", 2, "type of conditional expression cannot be determined"),
    ("@{ var a = null; return a; }", "AIM201", 11, "cannot assign <null> to an implicitly-typed variable"),
    (
        "@{ var a = 1; var a = 2; return a; }",
        "AIM201",
        18,
        "a local variable or parameter named 'a' is already defined",
    ),
    ("@{ break; }", "AIM201", 3, "no enclosing loop out of which to break or continue"),
    ("@(context.Request.Method.ToUpper)", "AIM201", 2, "cannot use the method group 'ToUpper' as a value"),
]


@pytest.mark.parametrize(("expression", "rule", "start", "message"), CASES, ids=lambda each: str(each)[:50])
def test_refuses(expression: str, rule: str, start: int, message: str) -> None:
    result = compile_text(expression)
    assert result.compiled is None
    problem = result.problems[0]
    assert (problem.rule, problem.start) == (rule, start)
    assert problem.message.startswith(message)


@pytest.mark.parametrize(
    ("expression", "what"),
    [
        ("@{ goto a; a: return 1; }", "'goto'"),
        ("@((1, 2))", "a tuple"),
        ("@{ dynamic a = 1; return a; }", "'dynamic'"),
        ("@(new int[2,2].Length)", "a multi-dimensional array"),
        ("@{ ref int a = ref b; return 1; }", "a 'ref' local"),
    ],
)
def test_says_what_is_not_run_here(expression: str, what: str) -> None:
    problem = compile_text(expression).problems[0]
    assert problem.rule == "AIM200"
    assert problem.message.startswith(what)
    assert problem.message.endswith("is not supported by the local gateway")


@pytest.mark.parametrize(
    ("expression", "suggestion"),
    [
        ("@(context.Requst.Url)", "did you mean 'Request'?"),
        ('@("a".Substrin(1))', "did you mean 'Substring'?"),
        ("@(contxt.Request)", "did you mean 'context'?"),
        ("@(Context.Request)", "did you mean 'context'?"),
        ("@{ var total = 1; return totl; }", "did you mean 'total'?"),
        ("@(new[]{1}.Frist())", "did you mean 'First'?"),
    ],
)
def test_suggests(expression: str, suggestion: str) -> None:
    assert compile_text(expression).problems[0].help == suggestion


def test_reports_several_errors_at_once():
    problems = compile_text('@{ var a = Nope; int b = "x"; return a + b; }').problems
    assert [problem.rule for problem in problems] == ["AIM207", "AIM201"]


def test_a_named_value_outside_of_strings_is_of_unknown_type():
    compiled = compile_text("@({{limit}} > 5 && {{flag}}.Anything(1))").compiled
    assert compiled is not None
    result = compile_text("@({{limit}} + 1)").compiled
    assert result is not None
    assert result.type.name == "unknown"


def test_a_named_value_inside_of_strings_is_text():
    compiled = compile_text('@("a{{b}}".Length)').compiled
    assert compiled is not None
    assert compiled.type.name == "System.Int32"


def test_what_could_be_type_arguments_is_looked_at_once():
    compiled = compile_text("@(" + "a < b, c < " * 40 + "d)")  # 2 to the power of 80 looks otherwise
    assert [problem.rule for problem in compiled.problems] == ["AIM201"]
