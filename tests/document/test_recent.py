from __future__ import annotations

from apim_ai.document import parse_once
from apim_ai.source import Source


def test_a_recent_document_is_parsed_once_for_each_source() -> None:
    text = "<policies><inbound /></policies>"
    first = parse_once(Source("a", text), format="xml")
    assert parse_once(Source("a", text), format="xml") is first
    assert parse_once(Source("b", text), format="xml", anywhere=True) is first
    other = parse_once(Source("b", text), format="xml")
    assert (other.source.path, other is first) == ("b", False)
    assert parse_once(Source("b", text), format="rawxml").format == "rawxml"


def test_only_the_last_documents_are_kept() -> None:
    first = parse_once(Source("a", "<a />"), format="xml")
    for number in range(40):
        parse_once(Source("a", f"<a{number} />"), format="xml")
    assert parse_once(Source("a", "<a />"), format="xml") is not first
