"""Counts model tokens with tiktoken, never over the network: the vocabularies come out of the bpe-openai package.

A vocabulary takes some 0.3 s and 30 MiB, so it is loaded when first needed, or ahead of that with `warm`.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Literal

from apim_ai.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tiktoken import Encoding

__all__ = ["ModelTokenCounter", "encoding_of"]

EncodingName = Literal["o200k_base", "cl100k_base"]
Tokenizer = Literal["by-model", "o200k_base", "cl100k_base", "chars4"]
CHARACTERS_PER_TOKEN = 4
PIECE_CHARACTERS = 24  # what an event of a stream adds is rarely longer, and the same few thousand come again and again
LONGEST_WORD = 1_000
STRETCH_CHARACTERS = 50_000  # tiktoken's patterns exhaust its stack on a million blanks, and slow down long before


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """What tiktoken needs beside the ranks (its own `tiktoken_ext.openai_public`, which would download them)."""

    digest: str
    pattern: str
    special: dict[str, int]


_VOCABULARIES: dict[EncodingName, _Vocabulary] = {
    "cl100k_base": _Vocabulary(
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
        r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$"
        r"|\s*[\r\n]|\s+(?!\S)|\s",
        {"<|endoftext|>": 100257},
    ),
    "o200k_base": _Vocabulary(
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        {"<|endoftext|>": 199999},
    ),
}
_WORD = re.compile(r" (?=[^\W\d_])")
_loaded: dict[EncodingName, Encoding] = {}
_loading = Lock()


class ModelTokenCounter:
    """Counts the tokens of a text in the encoding of a model.

    Args:
        tokenizer: the setting `token_limit.tokenizer`.
    """

    def __init__(self, tokenizer: Tokenizer = "by-model") -> None:
        self._tokenizer: Tokenizer = tokenizer

    def count(self, text: str, model: str) -> int:
        """Return the tokens of a text."""
        if not text:
            return 0
        if self._tokenizer == "chars4":
            return -(-len(text) // CHARACTERS_PER_TOKEN)
        name = encoding_of(model) if self._tokenizer == "by-model" else self._tokenizer
        if len(text) <= PIECE_CHARACTERS:
            return _tokens_of_piece(text, name)
        encoding = _loaded.get(name) or _load(name)
        if len(text) <= STRETCH_CHARACTERS:
            return len(encoding.encode_ordinary(text))
        return sum(len(encoding.encode_ordinary(stretch)) for stretch in _stretches(text))

    def warm(self) -> Thread | None:
        """Load the usual vocabulary in the background, so that the first AI request need not wait; None: no need."""
        if self._tokenizer == "chars4":
            return None
        name: EncodingName = "o200k_base" if self._tokenizer == "by-model" else self._tokenizer
        thread = Thread(target=_load, args=(name,), name="load-vocabulary", daemon=True)
        thread.start()
        return thread


def _stretches(text: str) -> Iterator[str]:
    """Cut a long text before words, where no token reaches over the cut; one without words is cut anywhere."""
    start = 0
    while len(text) - start > STRETCH_CHARACTERS:
        end = start + STRETCH_CHARACTERS
        *_, last = (end, *(match.start() for match in _WORD.finditer(text, end - LONGEST_WORD, end)))
        yield text[start:last]
        start = last
    yield text[start:]


@lru_cache(maxsize=16_384)
def _tokens_of_piece(text: str, name: EncodingName) -> int:
    encoding = _loaded.get(name) or _load(name)
    return len(encoding.encode_ordinary(text))


@lru_cache(maxsize=1024)
def encoding_of(model: str) -> EncodingName:
    """Return the encoding of a model or deployment name; `o200k_base` for a name nobody knows."""
    from tiktoken.model import encoding_name_for_model  # noqa: PLC0415 - only where tokens are counted

    try:
        name = encoding_name_for_model(model)
    except KeyError:
        return "o200k_base"
    # o200k_harmony differs in its special tokens alone; what is older than cl100k is no longer served.
    return "o200k_base" if name.startswith("o200k") else "cl100k_base"


def _load(name: EncodingName) -> Encoding:
    with _loading:
        if name not in _loaded:
            from tiktoken import Encoding  # noqa: PLC0415 - only where tokens are counted

            vocabulary = _VOCABULARIES[name]
            _loaded[name] = Encoding(
                name,
                pat_str=vocabulary.pattern,
                mergeable_ranks=_ranks(name, vocabulary.digest),
                special_tokens=vocabulary.special,
            )
        return _loaded[name]


def _ranks(name: EncodingName, digest: str) -> dict[bytes, int]:
    package = find_spec("bpe_openai")  # found, not imported: it would map 70 MB of code that nobody runs
    if package is None or not package.submodule_search_locations:
        raise UsageError("counting tokens needs the package 'bpe-openai'", help="install 'apim-ai[gateway]'")
    path = Path(package.submodule_search_locations[0]) / "data" / f"{name}.tiktoken.gz"
    content = gzip.decompress(path.read_bytes())
    if hashlib.sha256(content).hexdigest() != digest:
        raise UsageError(f"the vocabulary '{name}' of the package 'bpe-openai' is not the published one")
    decode = base64.b64decode
    return {decode(token): int(rank) for token, rank in (line.split() for line in content.splitlines())}
