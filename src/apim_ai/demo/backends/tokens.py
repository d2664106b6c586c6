"""Counts and cuts text as the models do, so that the usage which a simulated backend reports is a real one."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Protocol, cast

__all__ = ["count", "cut", "pieces"]

_ENCODING = "o200k_base"


def count(text: str) -> int:
    """Return the tokens of a text."""
    return len(_encoding().encode_ordinary(text))


def cut(text: str, limit: int) -> str:
    """Return the beginning of a text that has at most so many tokens."""
    ids = _encoding().encode_ordinary(text)
    return text if len(ids) <= limit else _encoding().decode_bytes(ids[:limit]).decode("utf-8", "ignore")


def pieces(text: str) -> list[str]:
    """Return a text token by token, as a stream brings it; characters are never torn."""
    found: list[str] = []
    rest = b""
    for number in _encoding().encode_ordinary(text):
        rest += _encoding().decode_single_token_bytes(number)
        try:
            found.append(rest.decode("utf-8"))
        except UnicodeDecodeError:
            continue
        rest = b""
    return found


class _Encoding(Protocol):
    """What we use of a vocabulary; its package has no types."""

    def encode_ordinary(self, text: str, /) -> list[int]: ...

    def decode_bytes(self, tokens: list[int], /) -> bytes: ...

    def decode_single_token_bytes(self, token: int, /) -> bytes: ...


@cache
def _encoding() -> _Encoding:
    """Load the vocabulary on first use: it takes a second."""
    return cast("_Encoding", importlib.import_module("bpe_openai").get_encoding(_ENCODING))
