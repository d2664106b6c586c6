"""Reading takes linear work: counted in characters that regular expressions may look at, not in seconds."""

from __future__ import annotations

import sys

import pytest

from apim_ai.document import parse
from apim_ai.source import Source

NASTY = [
    '<a b="@(', "@(", "<a b='@{'", '<a b="', "'", "/*", '@"', "<", "</a", "<!--", " ", "{{", '<a b="@($"{', "<v>@(</v>",
    "<![CDATA[@(", "<a b=\"@('\\'", "<a>x@(</b>", "<?", "&", "<a b='  ", '$"{',
]  # fmt: skip


def work(text: str) -> int:
    """Count the Python calls that reading a text makes."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        parse(Source("a.xml", f"<a>{text}"))
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("piece", NASTY)
def test_twice_the_text_is_at_most_twice_the_work(piece: str) -> None:
    small, large = work(piece * 1000), work(piece * 4000)
    assert large <= 5 * small + 2000
