from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.demo.embedding.recorded import DIMENSIONS, RecordedVectors, pack, unpack
from apim_ai.demo.prompts import PROMPTS, UNSAFE_PROMPT

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEAR = 0.05
FAR = 0.5
KNOWN = RecordedVectors.load()
PLAIN = RecordedVectors({})


def distance(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return 1 - float(one @ other)


def test_a_question_is_near_its_other_words_and_far_from_all_else() -> None:
    for number, prompt in enumerate(PROMPTS):
        vector = KNOWN.embed(prompt.question)
        assert distance(vector, KNOWN.embed(prompt.rephrased)) < NEAR
        for other in (*PROMPTS[:number], *PROMPTS[number + 1 :]):
            assert distance(vector, KNOWN.embed(other.question)) > FAR
            assert distance(vector, KNOWN.embed(other.rephrased)) > FAR


def test_every_prompt_is_recorded() -> None:
    for text in (UNSAFE_PROMPT, *(text for prompt in PROMPTS for text in (prompt.question, prompt.rephrased))):
        assert distance(KNOWN.embed(text), PLAIN.embed(text)) > FAR


def test_case_and_white_space_do_not_matter() -> None:
    text = PROMPTS[0].question
    assert np.array_equal(KNOWN.embed(f"  {text.upper()}\n".replace(" ", "  ")), KNOWN.embed(text))


@given(st.text(), st.text())
def test_an_unknown_text_has_a_direction_of_its_own(one: str, other: str) -> None:
    first, second = PLAIN.embed(one), PLAIN.embed(other)
    assert first.shape == (DIMENSIONS,)
    assert abs(distance(first, first)) < 1e-5
    if " ".join(one.split()).casefold() != " ".join(other.split()).casefold():
        assert distance(first, second) > FAR
    assert all(distance(first, KNOWN.embed(prompt.question)) > FAR for prompt in PROMPTS[:2])


def test_the_model_embeds_what_is_not_recorded() -> None:
    class Model:
        def embed(self, text: str) -> NDArray[np.float32]:
            assert text == "new"
            return np.ones(DIMENSIONS, dtype=np.float32)

    assert RecordedVectors({}, Model()).embed("new")[0] == 1


def test_a_vector_survives_the_file() -> None:
    vector = PLAIN.embed("x")
    assert distance(unpack(pack(vector)), vector) < 1e-5
