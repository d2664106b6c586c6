"""Counting tokens without a network."""

from __future__ import annotations

import pytest

from apim_ai.gateway import tokenizer
from apim_ai.gateway.tokenizer import ModelTokenCounter, encoding_of


@pytest.mark.parametrize(
    ("model", "encoding"),
    [
        ("gpt-4o", "o200k_base"),
        ("gpt-4o-prod", "o200k_base"),
        ("gpt-4", "cl100k_base"),
        ("gpt-35-turbo", "cl100k_base"),
        ("text-embedding-3-large", "cl100k_base"),
        ("our-own-name", "o200k_base"),
        ("", "o200k_base"),
    ],
)
def test_a_model_has_its_encoding(model: str, encoding: str) -> None:
    assert encoding_of(model) == encoding


# Counts of the published vocabularies, as tiktoken gives them when it may download.
@pytest.mark.parametrize(
    ("text", "model", "tokens"),
    [
        ("", "gpt-4o", 0),
        ("hello world", "gpt-4o", 2),
        ("hello world", "gpt-4", 2),
        ("tiktoken is great!", "gpt-4", 6),
        ("お誕生日おめでとう", "gpt-4", 9),
        ("お誕生日おめでとう", "gpt-4o", 8),
        ("2 + 2 = 4", "gpt-4", 7),
        ("<|endoftext|>", "gpt-4", 7),
    ],
)
def test_counts(text: str, model: str, tokens: int) -> None:
    assert ModelTokenCounter().count(text, model) == tokens


def test_a_setting_fixes_the_encoding() -> None:
    assert ModelTokenCounter("cl100k_base").count("お誕生日おめでとう", "gpt-4o") == 9


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("a", 1), ("abcd", 1), ("abcde", 2)])
def test_four_characters_a_token_only_when_asked(text: str, tokens: int) -> None:
    assert ModelTokenCounter("chars4").count(text, "gpt-4o") == tokens


def test_half_a_character_is_no_error() -> None:
    assert ModelTokenCounter().count("a\ud800b", "gpt-4o") == 3


def test_a_vocabulary_can_be_loaded_ahead() -> None:
    thread = ModelTokenCounter().warm()
    assert thread is not None
    thread.join()
    assert ModelTokenCounter("chars4").warm() is None


def test_a_long_text_counts_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "It's 12 o'clock,  says the Émile of 漢字!\n\tAnd 'so' it is. " * 4_000
    counted = ModelTokenCounter().count(text, "gpt-4o")
    assert len(text) > 3 * tokenizer.STRETCH_CHARACTERS
    monkeypatch.setattr(tokenizer, "STRETCH_CHARACTERS", len(text))
    assert ModelTokenCounter().count(text, "gpt-4o") == counted


@pytest.mark.parametrize("character", [" ", "\n", "a", "!"])
def test_a_text_of_one_character_is_no_error(character: str) -> None:
    assert 0 < ModelTokenCounter().count(character * 1_000_000, "gpt-4o") < 200_000
