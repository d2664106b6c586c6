from __future__ import annotations

import pytest

from apim_ai.document import convert
from apim_ai.errors import DocumentError
from apim_ai.source import Source


def test_encodes_c_sharp_and_line_breaks_for_xml() -> None:
    raw = """<a b='@( "it's" )' c="@{ // n\n return 1 < 2; }"><!-- & --> @(x && "y") </a>"""
    assert convert(Source("a.xml", raw), format="rawxml", to="xml") == (
        '<a b=\'@( &quot;it&apos;s&quot; )\' c="@{ // n&#xA; return 1 &lt; 2; }"><!-- & --> @(x &amp;&amp; "y") </a>'
    )


def test_shows_c_sharp_plainly_for_rawxml() -> None:
    encoded = '<a b="@(&quot;x&quot; &amp;&amp; y)" c="1 &amp; 2">@(a &lt; b)</a>'
    assert (
        convert(Source("a.xml", encoded), format="xml", to="rawxml") == '<a b="@("x" && y)" c="1 &amp; 2">@(a < b)</a>'
    )


def test_a_document_in_its_own_format_stays_as_it_is() -> None:
    assert convert(Source("a.xml", "<a  />"), format="xml", to="xml") == "<a  />"


def test_refuses_what_it_cannot_read() -> None:
    with pytest.raises(DocumentError, match="never closed"):
        convert(Source("a.xml", "<a>"), format="rawxml", to="xml")
