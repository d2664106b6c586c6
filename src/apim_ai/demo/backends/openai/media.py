"""Images and audio: the shapes with the smallest content that is valid."""

from __future__ import annotations

import base64
import struct
from typing import TYPE_CHECKING

from apim_ai.demo.backends.openai.payload import BadRequestError

if TYPE_CHECKING:
    from apim_ai.demo.backends.openai.payload import Payload

__all__ = ["SILENCE", "generate_images", "transcribe"]

_PIXEL = base64.b64encode(
    base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
).decode("ascii")
_RATE = 8_000
_MOST_IMAGES = 10


def generate_images(payload: Payload, *, created: int, base_url: str) -> dict[str, object]:
    """Return the images asked for: each a single pixel, as base64 or as a link."""
    prompt = payload.text("prompt")
    if not prompt:
        raise BadRequestError("Missing required parameter: 'prompt'.", "prompt")
    linked = payload.text("response_format") == "url"
    image: dict[str, object] = {"url": f"{base_url}/pixel.png"} if linked else {"b64_json": _PIXEL}
    images = [image | {"revised_prompt": prompt} for _ in range(payload.number("n", most=_MOST_IMAGES) or 1)]
    return {"created": created, "data": images}


def transcribe(size: int) -> dict[str, object]:
    """Return the text heard in a recording of so many bytes."""
    return {"text": f"A recording of {size} bytes." if size else "Silence."}


def _wave(seconds: float) -> bytes:
    """Return silence as a WAV file: 16 bits, one channel."""
    data = bytes(int(seconds * _RATE) * 2)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, _RATE, _RATE * 2, 2, 16)
    return (
        struct.pack("<4sI4s", b"RIFF", 36 + len(data), b"WAVE") + form + struct.pack("<4sI", b"data", len(data)) + data
    )


SILENCE = _wave(0.1)
"""What every text sounds like."""
