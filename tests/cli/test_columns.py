from __future__ import annotations

from apim_ai.cli.columns import columns


def test_columns_are_as_wide_as_their_widest_cell():
    assert columns(("A", "LONG"), [("bbb", "c"), ("d", "")]) == "A    LONG\nbbb  c\nd"


def test_a_head_alone():
    assert columns(("A", "B"), []) == "A  B"
