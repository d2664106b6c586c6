from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.document import csharp
from apim_ai.document.csharp import Unclosed, end_of_code, normalise_code

WHOLE = [
    '@(x == "a")',
    '@("a)b")',
    r'@("a\")b")',
    '@(@"a"")b\\")',
    '@("\'")',
    "@('\"')",
    "@('\\'')",
    "@(')')",
    "@('Retry-After')",  # too long for a character, but that is the compiler's business
    '@($"{a}")',
    '@($"{{)}}{(a ? "x)" : "y")}")',
    '@($@"a""{b}\\")',
    "@($\"{d:yyyy-MM-dd'T)'}\")",
    '@($"{global::System.Math.PI}")',
    "@{ // it's )} a comment\n return 1; }",
    "@{ /* ) } */ return 1; }",
    "@(a[b(c)])",
    "@{ if (a) { return \"}\"; } return '}'; }",
    '@("{{name}}")',
    "@({{name}})",
]


@pytest.mark.parametrize("code", WHOLE)
def test_ends_at_the_matching_closer(code: str) -> None:
    assert end_of_code(code + '" rest="@(b)">', 0) == len(code)


@pytest.mark.parametrize(
    ("code", "at", "what"),
    [
        ("@(a", 1, "'(' is not closed"),
        ("@(a[1))", 3, "'[' is closed by ')'"),
        ('@("a\n")', 2, "the string is not closed"),
        ('@(@"a', 2, "the verbatim string is not closed"),
        ("@{ /* a }", 3, "the comment is not closed"),
        ('@($"{a', 4, "'{' is not closed"),
        ('@($"a', 2, "the interpolated string is not closed"),
    ],
)
def test_says_what_is_not_closed(code: str, at: int, what: str) -> None:
    found = end_of_code(code, 0)
    assert isinstance(found, Unclosed)
    assert (found.at, found.what) == (at, what)


def test_a_limit_ends_the_text() -> None:
    assert isinstance(end_of_code("@(a) ", 0, 3), Unclosed)


CODE = st.lists(st.sampled_from([*"()[]{}\"'@$/*\\ax,:\n <", "//", '"b"', "'c'"]), max_size=12).map("".join)


@given(CODE, CODE, CODE)
def test_an_expression_that_was_read_before_ends_where_it_would_else(inside: str, first: str, second: str) -> None:
    texts = [f'@({inside})"{tail}"' for tail in (first, second)]
    remembered = [end_of_code(text, 0) for text in (*texts, *texts)]
    found: list[int | Unclosed] = []
    for text in (*texts, *texts):
        csharp._KNOWN.clear()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - to read it anew
        found.append(end_of_code(text, 0))
    assert remembered == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("@( a + b )", "@(a+b)"),
        ("@{ return  x; // why\n}", "@{return x;}"),
        ("@{ return /* why */ x; }", "@{return x;}"),
        ('@{ return $"a  {b}"; }', '@{return $"a  {b}";}'),
    ],
)
def test_equal_token_streams_have_one_form(one: str, other: str) -> None:
    assert normalise_code(one) == normalise_code(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('@("a  b")', '@("a b")'),
        ("@(a - -b)", "@(a--b)"),
        ("@(return x)", "@(returnx)"),
        ('@($"{a}  ")', '@($"{a} ")'),
        ("@(a < b)", "@(a <= b)"),
    ],
)
def test_different_token_streams_stay_different(one: str, other: str) -> None:
    assert normalise_code(one) != normalise_code(other)
