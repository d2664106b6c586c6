"""Places of documents inside case files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from apim_ai.cases.load import load_file
from apim_ai.cases.places import Places, document_name
from apim_ai.source import Span

if TYPE_CHECKING:
    from pathlib import Path


def places(tmp_path: Path, text: str) -> Places:
    file = tmp_path / "x.case.yaml"
    file.write_text(text, encoding="utf-8")
    return Places(load_file(file, "x.case.yaml").cases[0])


@pytest.mark.parametrize(
    ("text", "document", "place", "expected"),
    [
        ("policy: |\n  <a>\n    <b/>\n", "policy", (2, 3), "x.case.yaml:3:5"),
        ("policy: |\n\n  <a>\n", "policy", (2, 1), "x.case.yaml:3:3"),
        ("policy: &p |-  # why\n      <a>\n", "policy", (1, 1), "x.case.yaml:2:7"),
        ("policy: '<a/>'\n", "policy", (1, 2), "x.case.yaml:1:11"),
        ("policy: <a/>\n", "policy", (1, 1), "x.case.yaml:1:9"),
        ("scopes:\n  api: |\n    <a>\n", "scopes.api", (1, 1), "x.case.yaml:3:5"),
        ("apis:\n- id: a\n  policy: |\n    <a>\n", "apis.0.policy", (1, 1), "x.case.yaml:4:5"),
        ("fragments:\n  a.b: |\n    <a>\n", "fragments.a.b", (1, 1), "x.case.yaml:3:5"),
    ],
)
def test_a_place_is_that_of_the_file(
    tmp_path: Path, text: str, document: str, place: tuple[int, int], expected: str
) -> None:
    found = places(tmp_path, f"{text}steps: []\n")
    assert str(found.of(Span.at(f"x.case.yaml#{document}", *place))) == expected
    message = f"x.case.yaml#{document}:{place[0]}:{place[1]}: wrong"
    assert found.in_text(f"{message}\n{message}") == f"{expected}: wrong\n{expected}: wrong"


def test_other_files_stay(tmp_path: Path) -> None:
    found = places(tmp_path, "steps: []\n")
    assert str(found.of(Span.at("doc.xml", 3, 4))) == "doc.xml:3:4"


def test_a_document_has_a_name(tmp_path: Path) -> None:
    file = tmp_path / "x.case.yaml"
    file.write_text("steps: []\n", encoding="utf-8")
    assert document_name(load_file(file, "x.case.yaml").cases[0], ("apis", 0, "policy")) == "x.case.yaml#apis.0.policy"
