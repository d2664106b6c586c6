"""Whatever the text: compiling never raises, and positions lie inside of it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from apim_ai.expression import ClrException, compile_text
from apim_ai.expression.context import Context
from apim_ai.expression.evaluation import evaluate_line
from apim_ai.expression.library.json_reader import parse_json
from apim_ai.expression.settings import DEFAULT
from apim_ai.message import Request, Url

PIECES = st.sampled_from(
    [
        "context",
        ".",
        "Request",
        "Headers",
        "GetValueOrDefault",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "<",
        ">",
        ",",
        ";",
        '"a"',
        "'b'",
        "1",
        "2.5",
        "3m",
        "4L",
        "null",
        "true",
        "+",
        "-",
        "*",
        "/",
        "%",
        "==",
        "!=",
        "<=",
        "&&",
        "||",
        "??",
        "?",
        ":",
        "?.\n",
        "",
        "",
        "",
        "is",
        "as",
        "int",
        "string",
        "var",
        "x",
        "y",
        "=>",
        "new",
        "JObject",
        "return",
        "if",
        "else",
        "for",
        "foreach",
        "in",
        "while",
        "switch",
        "case",
        "default",
        "break",
        "try",
        "catch",
        "throw\n",
        "",
        "",
        "",
        '$"{1}"',
        '@"b"',
        "=",
        "+=",
        "++",
        "--",
        "!",
        "~",
        "typeof",
        "nameof",
        "out",
        "{{name}}",
        "//",
        "/*",
        "*/",
        "\n",
    ]
)
CODE = st.lists(PIECES, max_size=25).map(" ".join)


@given(CODE | st.text(max_size=40))
@settings(max_examples=400, deadline=None)
def test_any_text_compiles_or_is_refused_in_place(code: str) -> None:
    for text in (f"@({code})", f"@{{{code}}}", code):
        result = compile_text(text)
        assert (result.compiled is None) == any(problem.severity == "error" for problem in result.problems)
        for problem in result.problems:
            assert 0 <= problem.start <= len(text)
            assert problem.message
            assert not problem.message.endswith(".")


@given(
    st.integers(-(2**31), 2**31 - 1), st.integers(-(2**31), 2**31 - 1), st.sampled_from(["+", "-", "*", "&", "|", "^"])
)
def test_integers_wrap_at_32_bits(left: int, right: int, operator: str) -> None:
    compiled = compile_text(f'@((int)context.Variables["a"] {operator} (int)context.Variables["b"])').compiled
    assert compiled is not None
    context = Context(Request("GET", Url.parse("https://h.test/")))
    context.variables.update(a=left, b=right)
    exact = {
        "+": left + right,
        "-": left - right,
        "*": left * right,
        "&": left & right,
        "|": left | right,
        "^": left ^ right,
    }
    assert compiled.run(context) == (exact[operator] + 2**31) % 2**32 - 2**31


@given(st.text(max_size=60))
def test_any_json_text_parses_or_throws_a_reader_exception(text: str) -> None:
    thrown = None
    try:
        parse_json(text)
    except ClrException as error:
        thrown = error.type_name
    assert thrown in (None, "Newtonsoft.Json.JsonReaderException")


@given(st.text(max_size=80))
def test_any_line_of_a_batch_has_an_answer(line: str) -> None:
    answer = evaluate_line(line, DEFAULT)
    assert "error" in answer or "value" in answer
