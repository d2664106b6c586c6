"""Which format a document of no project is read in."""

from __future__ import annotations

import pytest

from apim_ai.document import print_document
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
    ],
)
def test_encoded_throughout_is_xml_with_one_warning(inside: str):
    document = read_undeclared(whole(inside))
    assert document.format == "xml"
    assert [(f.rule, f.severity) for f in document.findings] == [("AIM232", "warning")]
    assert print_document(document) == whole(inside).text


@pytest.mark.parametrize(
    "inside",
    [
        '<set-variable name="a" value="x &amp; y" />',
        '<set-variable name="a" value="@(1 + 1)" /><set-variable name="b" value="&lt;" />',
        '<set-body>@("&amp;")</set-body>',  # C# either way
        '<set-body>@("a".Replace("&", "&amp;"))</set-body>',
        '<set-variable name="a" value="@(x == &quot;GET&quot;)" /><set-variable name="b" value="@(y == "GET")" />',
        '<set-variable name="a" value="@(&quot;GET" />',
    ],
)
def test_anything_else_is_rawxml(inside: str):
    assert read_undeclared(whole(inside)).format == "rawxml"


def test_the_warning_points_at_the_reference():
    document = read_undeclared(whole('\n<set-variable name="a" value="@(1 &lt; 2)" />'))
    span = document.findings[0].span
    assert (span.line, span.column, span.end_column) == (2, 35, 39)
