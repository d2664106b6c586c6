"""Vectors recorded from a sentence model for the demo's prompts; any other text gets a vector far from all.

The file is written by `tools/record_embeddings.py` and says what it is. Texts compare without case and white space
runs, as the model itself is uncased.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Protocol, TypedDict, cast

import numpy as np

from apim_ai.demo.embedding.model import SentenceModel, find_model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float32]

__all__ = ["DIMENSIONS", "Embedder", "RecordedVectors", "pack", "unpack"]

DIMENSIONS = 384
FILE = "embeddings.json"


class Embedder(Protocol):
    """Gives a text its vector."""

    def embed(self, text: str) -> Array:
        """Return a vector of length 1."""
        ...


class Recording(TypedDict):
    """The recorded file.

    Attributes:
        label: what the file is, for whoever opens it.
        vectors: base64 of little-endian 16-bit floats by text.
    """

    label: str
    model: str
    recorded: str
    script: str
    dimensions: int
    vectors: dict[str, str]


class RecordedVectors:
    """An embedder that knows the recorded texts.

    Args:
        vectors: the recorded vectors by text.
        model: what embeds any other text; without it such a text gets a vector that is far from every other, always
            the same for the same text.
    """

    def __init__(self, vectors: Mapping[str, Array], model: Embedder | None = None) -> None:
        self._vectors = {_plain(text): vector for text, vector in vectors.items()}
        self._model = model

    @classmethod
    def load(cls) -> RecordedVectors:
        """Return the vectors that ship with the package, and with the extra `semantic` the model beside them."""
        folder = find_model()
        return cls(_recorded(), SentenceModel(folder) if folder else None)

    def embed(self, text: str) -> Array:
        """Return a vector of length 1."""
        known = self._vectors.get(_plain(text))
        if known is not None:
            return known
        return self._model.embed(text) if self._model else _far(text)


def pack(vector: Array) -> str:
    """Return a vector as the file holds it."""
    return base64.b64encode(vector.astype("<f2").tobytes()).decode("ascii")


def unpack(text: str) -> Array:
    """Return a vector of the file, at length 1 again after its rounding to 16 bits."""
    vector = np.frombuffer(base64.b64decode(text), dtype="<f2").astype(np.float32)
    return vector / np.float32(np.linalg.norm(vector))


@cache
def _recorded() -> dict[str, Array]:
    raw = resources.files("apim_ai.demo").joinpath("data", FILE).read_text(encoding="utf-8")
    recording = cast("Recording", json.loads(raw))
    return {text: unpack(vector) for text, vector in recording["vectors"].items()}


def _far(text: str) -> Array:
    """Return a direction that is the text's own: in 384 dimensions two of them are nearly at right angles."""
    seed = int.from_bytes(hashlib.sha256(_plain(text).encode()).digest()[:16], "big")
    vector = np.random.default_rng(seed).standard_normal(DIMENSIONS).astype(np.float32)
    return vector / np.float32(np.linalg.norm(vector))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
