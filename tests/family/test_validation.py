"""Values of parameters and headers."""

from __future__ import annotations

import pytest

from apim_ai.family.validation import value_problem


@pytest.mark.parametrize(
    ("definition", "text", "fits"),
    [
        ({}, "anything", True),
        ({"type": "integer"}, "-7", True),
        ({"type": "integer"}, "7.5", False),
        ({"type": "integer"}, "", False),
        ({"type": "number"}, "7.5e3", True),
        ({"type": "number"}, "x", False),
        ({"type": "boolean"}, "True", True),
        ({"type": "boolean"}, "1", False),
        ({"type": "string", "values": ["a", "b"]}, "b", True),
        ({"type": "string", "values": ["a", "b"]}, "B", False),
        ({"schema": {"type": "integer", "minimum": 1, "maximum": 3}}, "3", True),
        ({"schema": {"type": "integer", "minimum": 1, "maximum": 3}}, "4", False),
        ({"schema": {"type": "integer", "minimum": 1}}, "0", False),
        ({"schema": {"type": "string", "minLength": 2}}, "a", False),
        ({"schema": {"type": "string", "maxLength": 2}}, "abc", False),
        ({"schema": {"enum": [1, True]}}, "true", True),
    ],
)
def test_values(definition: dict[str, object], text: str, *, fits: bool) -> None:
    assert (value_problem(definition, text) is None) is fits
