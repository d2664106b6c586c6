from __future__ import annotations

import dataclasses
import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from apim_ai.demo.report import Check, DemoReport, Excerpt, ExcerptStep, Stage, Table
from apim_ai.demo.reporters import html, text
from apim_ai.demo.reporters import json as json_reporter

if TYPE_CHECKING:
    from collections.abc import Sequence

GOOD = Check("no token", "Access", "status 401", "status 401", passed=True, seconds=0.012)
BAD = Check("[bold]greedy</td> user", "Limits", "status 429", "status <200>", passed=False)
REPORT = DemoReport(
    version="1.2.3",
    started="2026-01-01 00:00 UTC",
    seconds=3.21,
    stages=(Stage("render", 0.4, "12 policies"), Stage("deploy", 2.0, "80 [resources]")),
    checks=(GOOD, BAD),
    tables=(Table("Tokens", ("team", "tokens"), (("analytics", "1,204"),)),),
    excerpts=(
        Excerpt("no token", "401", (ExcerptStep("validate-jwt", "inbound", 1, None, ("JWT & co",), failed=True),)),
    ),
)
ALL_GOOD = dataclasses.replace(REPORT, checks=(GOOD,))


class _Balance(HTMLParser):
    """Checks that every element is closed, and collects what would be fetched."""

    VOID = frozenset({"meta"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.fetched += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_json_has_the_shape_that_scripts_rely_on() -> None:
    line = json_reporter.render(REPORT)
    document = json.loads(line)
    assert "\n" not in line
    assert (document["passed"], document["failed"], document["seconds"]) == (1, 1, 3.21)
    assert document["checks"][0] | {"group": "", "seconds": 0} == {
        "name": "no token", "expected": "status 401", "actual": "status 401", "passed": True, "group": "", "seconds": 0,
    }  # fmt: skip


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_text_fits_the_terminal_and_shows_what_failed(width: int) -> None:
    shown = text.render(REPORT, width=width)
    assert max(len(line) for line in shown.splitlines()) <= width
    assert "NO" in shown
    assert "status <200>" in shown
    assert "status 429" in shown
    assert "[bold]greedy" in re.sub(r"\s+", " ", shown)
    assert "80 [resources]" in shown
    assert "1 of 2 checks failed, in 3.2 s" in shown
    assert "\x1b" not in shown


def test_text_has_colour_only_where_it_is_wanted() -> None:
    assert "\x1b[" in text.render(REPORT, color=True)


def test_a_good_end_is_said() -> None:
    assert "all 1 checks passed in 3.2 s" in text.render(ALL_GOOD)
    assert 'class="verdict good"' in html.render(ALL_GOOD)


def test_the_page_is_whole_and_fetches_nothing() -> None:
    page = html.render(REPORT)
    reader = _Balance()
    reader.feed(page)
    assert reader.open == []
    assert reader.fetched == []
    assert "url(" not in page
    assert "<script" not in page


def test_the_page_escapes_what_it_shows() -> None:
    page = html.render(REPORT)
    assert "[bold]greedy&lt;/td&gt; user" in page
    assert "status &lt;200&gt;" in page
    assert "JWT &amp; co" in page
    assert "12 ms" in page
    assert 'class="verdict bad"' in page
