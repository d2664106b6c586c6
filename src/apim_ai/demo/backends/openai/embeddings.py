"""Embeddings: a vector for each input."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, cast

import numpy as np

from apim_ai.demo.backends import tokens
from apim_ai.demo.backends.openai.payload import BadRequestError

if TYPE_CHECKING:
    from apim_ai.demo.backends.openai.payload import Payload
    from apim_ai.demo.embedding.recorded import Embedder

__all__ = ["embed"]

_MOST_INPUTS = 2048


def embed(payload: Payload, embedder: Embedder, *, model: str) -> dict[str, object]:
    """Return the vectors of all inputs, as floats or as base64 of floats."""
    texts = _inputs(payload)
    packed = payload.text("encoding_format") == "base64"
    width = payload.number("dimensions")
    entries: list[dict[str, object]] = []
    for number, text in enumerate(texts):
        vector = embedder.embed(text)
        if width is not None and width < len(vector):
            vector = vector[:width] / np.linalg.norm(vector[:width])
        shown: object = [round(float(value), 7) for value in vector]
        if packed:
            shown = base64.b64encode(vector.astype("<f4").tobytes()).decode("ascii")
        entries.append({"object": "embedding", "index": number, "embedding": shown})
    used = sum(tokens.count(text) for text in texts)
    return {
        "object": "list",
        "data": entries,
        "model": model,
        "usage": {"prompt_tokens": used, "total_tokens": used},
    }


def _inputs(payload: Payload) -> list[str]:
    """Return the texts of a request; a list of token ids stands for a text of its own."""
    value = payload.members.get("input")
    if isinstance(value, str) and value:
        return [value]
    if not isinstance(value, list) or not 0 < len(cast("list[object]", value)) <= _MOST_INPUTS:
        raise BadRequestError("Invalid 'input': expected text or an array of texts.", "input")
    items = cast("list[object]", value)
    if all(isinstance(item, int) for item in items):
        return [str(items)]
    return [item if isinstance(item, str) else str(item) for item in items]
