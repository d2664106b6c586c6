"""Liquid templates."""

from __future__ import annotations

import pytest

from apim_ai.expression import DEFAULT_SETTINGS
from apim_ai.family.liquid_values import LiquidObject, body_value
from apim_ai.gateway.liquid import LiquidTemplates
from apim_ai.runtime import LiquidError


def render(template: str, **values: object) -> str:
    return LiquidTemplates().render(template, values)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ a }}", "1"),
        ("{{ t }} {{ f }} {{ n }}|", "true false |"),
        ("{{ o.Inner }}{{ o.inner }}{{ o['INNER'] }}", "xxx"),
        ("{{ o.none }}|", "|"),
        ('{{ o.inner | Upcase | Append: "!" }}', "X!"),
        ("{{ 7 | DividedBy: 2 }}", "3"),
        ('{{ "2026-03-04T05:06:07Z" | Date: "yyyy-MM-dd HH:mm" }}', "2026-03-04 05:06"),
        ('{{ "no date" | Date: "yyyy" }}', "no date"),
        ("{% if t and a == 1 %}y{% else %}n{% endif %}", "y"),
        ("{% for i in l %}{{ i }}{% unless forloop.last %}-{% endunless %}{% endfor %}", "1-2"),
        ("[{%JSONArrayFor i in l%}{{ i }}{%endJSONArrayFor%}]", "[1,2]"),
        ("{%- JSONArrayFor i in l -%}{{ i }}{%- endJSONArrayFor -%}", "1,2"),
        ("[{% JSONArrayFor i in none %}x{% endJSONArrayFor %}]", "[]"),
    ],
)
def test_templates(template: str, text: str) -> None:
    assert render(template, a=1, t=True, f=False, n=None, o=LiquidObject({"inner": "x"}), l=[1, 2]) == text


@pytest.mark.parametrize(
    "template",
    [
        "{% if %}",
        "{{ a | NoSuchFilter }}",
        "{% for i in (1..999999999) %}x{% endfor %}",
        "{% for i in (1..60000) %}{% for j in (1..60000) %}x{% endfor %}{% endfor %}",
        "{% assign a = 'x' %}{% include 'file' %}",
        "{% render 'file' %}",
        "{% nothing %}",
    ],
)
def test_what_fails_says_so_in_one_line(template: str) -> None:
    with pytest.raises(LiquidError, match=r"\AThe Liquid template failed: [^\n]+\Z"):
        render(template, a=1)


def test_output_is_bounded() -> None:
    with pytest.raises(LiquidError):
        render("{% for i in (1..90000) %}{{ text }}{% endfor %}", text="x" * 1000)


def body(
    content: bytes, content_type: str = "application/json", *, parse_date: bool = True, nil: object = ""
) -> object:
    return body_value(content, content_type, DEFAULT_SETTINGS, parse_date=parse_date, nil=nil)


def test_a_json_body() -> None:
    value = body(b'{"a": {"b": 1.0, "c": [1.5, null, true]}, "d": "2026-01-02T03:04:05Z"}')
    assert render("{{ b.a.b }} {{ b.a.c[0] }} {{ b.a.c[2] }} {{ b.d }}", b=value) == "1 1.5 true 01/02/2026 03:04:05"
    assert render("{{ b.d }}", b=body(b'{"d": "2026-01-02T03:04:05Z"}', parse_date=False)) == "2026-01-02T03:04:05Z"


def test_an_xml_body() -> None:
    content = b'<s:E xmlns:s="u" xmlns:i="v"><s:B><GetIt><a>1</a><n i:nil="true"/></GetIt></s:B></s:E>'
    value = body(content, "text/xml; charset=utf-8")
    assert render("{{ b.e.b.getIt.a }}|{{ b.e.b.getIt.n }}|", b=value) == "1||"


def test_other_bodies_are_none() -> None:
    assert body(b"text", "text/plain") is None
    assert body(b"  ") is None
    with pytest.raises(ValueError, match=r".*"):
        body(b"{")
