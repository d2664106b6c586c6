"""Which format a document of no project is read in."""

from __future__ import annotations

from datetime import date

import pytest

from apim_ai.document import parse, print_document
from apim_ai.lint import Linter, Subject
from apim_ai.lint.undeclared import read_undeclared
from apim_ai.source import Source


def whole(inside: str) -> Source:
    return Source("a.xml", f"<policies><inbound><base />{inside}</inbound></policies>")


@pytest.mark.parametrize(
    "inside",
    [
        '<set-variable name="a" value="@(context.Request.Method == &quot;GET&quot;)" />',
        """<set-variable name="a" value='@(context.Request.Method == "GET" &amp;&amp; true)' />""",
        '<set-body>@(context.Request.Body.As&lt;string&gt;())</set-body><set-variable name="b" value="x &amp; y" />',
        '<set-variable name="a" value="@("x".Length &lt; 2)" /><set-variable name="b" value="@("y" == "GET")" />',
        '<set-variable name="a" value="@(&quot;https://&quot; + &quot;a&quot;)" />',
    ],
)
def test_encoded_expressions_are_code_with_one_error(inside: str):
    source = whole(inside)
    document = read_undeclared(source)
    assert [(f.rule, f.severity) for f in document.findings] == [("AIM232", "error")]
    assert print_document(document) == source.text
    linter = Linter(date(2026, 1, 1))
    linter.document(Subject(document))
    assert [f.rule for f in linter.report().findings if f.severity == "error"] == ["AIM232"]


@pytest.mark.parametrize(
    "inside",
    [
        '<set-variable name="a" value="x &amp; y" />',
        '<set-variable name="a" value="@(1 + 1)" /><set-variable name="b" value="&lt;" />',
        '<set-body>@("&amp;")</set-body>',  # C# either way
        '<set-body>@("a".Replace("&", "&amp;"))</set-body>',
        '<set-variable name="a" value="@(1 &lt; )" />',
    ],
)
def test_anything_else_is_taken_as_it_stands(inside: str):
    source = whole(inside)
    assert read_undeclared(source) == parse(source)


def test_what_is_wrong_in_an_encoded_expression_is_found_at_its_place():
    source = whole('\n<set-variable name="a" value="@(&quot;a&quot;.Lenght &lt; 2 ? "b" : "c")" />')
    linter = Linter(date(2026, 1, 1))
    linter.document(Subject(read_undeclared(source)))
    _, found = [f for f in linter.report().findings if f.severity == "error"]
    assert (found.rule, found.span.line) == ("AIM206", 2)
    assert source.text.split("\n")[1][found.span.column - 1 :].startswith("Lenght")


def test_the_error_points_at_the_reference():
    document = read_undeclared(whole('\n<set-variable name="a" value="@(1 &lt; 2)" />'))
    span = document.findings[0].span
    assert (span.line, span.column, span.end_column) == (2, 35, 39)
