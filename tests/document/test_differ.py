from __future__ import annotations

from apim_ai.document import semantic_diff

BEFORE = """<policies><inbound><base />
<set-header name="h" exists-action="override"><value>a</value></set-header>
<choose><when condition="@(a)"><return-response /></when></choose>
</inbound></policies>"""


def test_equal_documents_differ_in_nothing() -> None:
    assert semantic_diff(BEFORE, BEFORE.replace("\n", "\r\n\t").replace("@(a)", "@( a )")) == ""


def test_shows_the_place_and_the_change_alone() -> None:
    after = BEFORE.replace('"override"', '"skip"').replace(
        "<base />", '<base /><rate-limit calls="1" renewal-period="60" />'
    )
    assert semantic_diff(BEFORE, after).splitlines() == [
        "  inbound",
        '+   rate-limit calls="1" renewal-period="60"',
        '    set-header name="h"',
        '-     exists-action="override"',
        '+     exists-action="skip"',
    ]


def test_shows_what_goes_and_text_that_changes() -> None:
    after = BEFORE.replace("<value>a</value>", "<value>b</value>").replace(
        '<choose><when condition="@(a)"><return-response /></when></choose>', ""
    )
    assert semantic_diff(BEFORE, after).splitlines() == [
        "  inbound",
        '    set-header name="h"',
        "      value",
        "-       a",
        "+       b",
        "-   choose",
        '-     when condition="@(a)"',
        "-       return-response",
    ]


def test_long_values_are_cut_around_the_change() -> None:
    lead = "x" * 200
    lines = semantic_diff(f'<a b="{lead}1{lead}" />', f'<a b="{lead}2{lead}" />').splitlines()
    assert len(lines) == 3
    assert all(len(line) < 140 for line in lines)
    assert "x1x" in lines[1]
    assert "x2x" in lines[2]


def test_formats_may_differ() -> None:
    encoded = BEFORE.replace("@(a)", "@(a &amp;&amp; b)")
    assert semantic_diff(encoded, BEFORE.replace("@(a)", "@(a && b)"), before_format="xml") == ""
