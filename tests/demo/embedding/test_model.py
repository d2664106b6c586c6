from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest

from apim_ai.demo.embedding.model import SentenceModel, find_model
from apim_ai.demo.embedding.recorded import RecordedVectors
from apim_ai.demo.prompts import PROMPTS
from apim_ai.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

WIDTH = 24
VOCABULARY = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "good", "bad", "morning", "night")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a model of random weights in the real layout."""
    random = np.random.default_rng(7)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(VOCABULARY), WIDTH),
        "embeddings.position_embeddings.weight": (512, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
        **_norm("embeddings."),
    }
    for number in range(6):
        layer = f"encoder.layer.{number}."
        for name in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            shapes |= _dense(f"{layer}{name}.", WIDTH, WIDTH)
        shapes |= _dense(f"{layer}intermediate.dense.", 2 * WIDTH, WIDTH)
        shapes |= _dense(f"{layer}output.dense.", WIDTH, 2 * WIDTH)
        shapes |= _norm(f"{layer}attention.output.") | _norm(f"{layer}output.")
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    raw = b""
    for name, shape in shapes.items():
        data = random.standard_normal(shape).astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [len(raw), len(raw) + len(data)]}
        raw += data
    head = json.dumps(header).encode()
    (tmp_path / "model.safetensors").write_bytes(struct.pack("<Q", len(head)) + head + raw)
    (tmp_path / "vocab.txt").write_text("\n".join(VOCABULARY), encoding="utf-8")
    return tmp_path


def _dense(name: str, rows: int, columns: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}weight": (rows, columns), f"{name}bias": (rows,)}


def _norm(name: str) -> dict[str, tuple[int, ...]]:
    return {f"{name}LayerNorm.weight": (WIDTH,), f"{name}LayerNorm.bias": (WIDTH,)}


def test_a_text_has_a_vector_of_length_one_that_depends_on_words_and_their_order(folder: Path) -> None:
    model = SentenceModel(folder)
    vector = model.embed("good morning")
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert np.allclose(vector, SentenceModel(folder).embed("Good  morning"))
    assert not np.allclose(vector, model.embed("morning good"))
    assert not np.allclose(vector, model.embed("good night"))


def test_a_model_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"123")
    with pytest.raises(UsageError, match="cannot be read"):
        SentenceModel(folder)


@pytest.mark.skipif(find_model() is None, reason="the extra `semantic` is not installed")
def test_the_recording_is_what_the_model_says() -> None:
    folder = find_model()
    assert folder is not None
    model, recorded = SentenceModel(folder), RecordedVectors.load()
    for prompt in PROMPTS:
        assert float(model.embed(prompt.question) @ recorded.embed(prompt.question)) == pytest.approx(1, abs=1e-5)
