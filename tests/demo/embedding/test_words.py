from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.demo.embedding.words import WordPieces

VOCABULARY = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "un", "##aff", "##able", "cafe", "!", "漢", "字", "a", "##a")
WORDS = WordPieces(VOCABULARY)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("unaffable", ["un", "##aff", "##able"]),
        ("UN!able", ["un", "!", "[UNK]"]),
        ("Café\x00", ["cafe"]),
        ("漢字", ["漢", "字"]),
        ("a" * 100, ["a", *["##a"] * 99]),
        ("a" * 101, ["[UNK]"]),
        (" \t\n", []),
    ],
)
def test_text_is_cut_into_the_longest_known_pieces(text: str, pieces: list[str]) -> None:
    ids = [VOCABULARY.index(piece) for piece in ("[CLS]", *pieces, "[SEP]")]
    assert WORDS.encode(text, 500) == ids


@given(st.text(), st.integers(2, 40))
def test_any_text_fits_the_limit_between_its_marks(text: str, limit: int) -> None:
    ids = WORDS.encode(text, limit)
    assert 2 <= len(ids) <= limit
    assert (ids[0], ids[-1]) == (2, 3)
