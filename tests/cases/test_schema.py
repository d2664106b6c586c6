"""The schema for editors takes every case of ours, and objects to what the format objects to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from apim_ai.cases.load import find_files
from apim_ai.cases.schema import case_schema
from apim_ai.config import load_located_documents

TESTS = Path(__file__).parents[1]
SCHEMA = jsonschema_rs.Draft202012Validator(json.loads(case_schema()))


def documents() -> list[Any]:
    files = (path for path in find_files([str(TESTS)]) if path.suffix == ".yaml")
    texts = ((path.read_text(encoding="utf-8"), str(path)) for path in files)
    return [each.value for text, name in texts for each in load_located_documents(text, name) if each.value is not None]


def test_every_case_of_ours_fits() -> None:
    found = [case for case in documents() if "<<" not in json.dumps(case)]
    assert len(found) > 300
    assert [str(error)[:300] for case in found for error in SCHEMA.iter_errors(case)] == []


WRONG: list[dict[str, Any]] = [
    {"nope": 1},
    {"steps": [{"request": {"uri": "/"}}]},
    {"steps": [{"expect": {"status": {"beetween": [1, 2]}}}]},
    {"steps": [{"expect": {"upstream": [{"hdrs": {}}]}}]},
    {"steps": [{"expect": {"upstream": {"*": [{"hdrs": {}}]}}}]},
    {"mocks": [{"match": {}}]},
    {"mocks": [{"responses": [{"error": "dns"}]}]},
    {"settings": {"nope.nope": 1}},
    {"clock": 5},
]


@pytest.mark.parametrize("case", WRONG)
def test_what_the_format_does_not_know_the_schema_does_not(case: dict[str, Any]) -> None:
    assert not SCHEMA.is_valid(case)


def test_it_stands_in_the_repository() -> None:
    assert (TESTS.parent / "schemas" / "case.schema.json").read_text(encoding="utf-8") == case_schema(), "run make docs"
