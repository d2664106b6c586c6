"""Cut text into the word pieces of an uncased BERT vocabulary.

Basic tokenisation (clean, lower case, no accents, punctuation and CJK characters apart), then the longest pieces that
the vocabulary knows: what `BertTokenizer` does, without its package.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["WordPieces"]

_LONGEST_WORD = 100
_CJK = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)
_ASCII_PUNCTUATION = ((33, 47), (58, 64), (91, 96), (123, 126))


class WordPieces:
    """Turns text into token ids.

    Args:
        vocabulary: the pieces in the order of their ids; those that continue a word begin with `##`.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._ids = {piece: number for number, piece in enumerate(vocabulary)}
        self._unknown = self._ids["[UNK]"]
        self._begin = self._ids["[CLS]"]
        self._end = self._ids["[SEP]"]

    def encode(self, text: str, limit: int) -> list[int]:
        """Return the ids of a text between the marks of begin and end, at most `limit` of them."""
        ids = [self._begin]
        for word in _words(text):
            ids += self._pieces(word)
            if len(ids) >= limit:
                break
        return [*ids[: limit - 1], self._end]

    def _pieces(self, word: str) -> list[int]:
        """Return the longest known pieces of a word from its left, or the unknown piece for all of it."""
        if len(word) > _LONGEST_WORD:
            return [self._unknown]
        ids: list[int] = []
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            for end in range(len(word), start, -1):
                found = self._ids.get(mark + word[start:end])
                if found is not None:
                    ids.append(found)
                    start = end
                    break
            else:
                return [self._unknown]
        return ids


def _words(text: str) -> Iterator[str]:
    """Yield the words of a text, punctuation and CJK characters as words of their own."""
    for word in _clean(text).lower().split():
        plain = "".join(sign for sign in unicodedata.normalize("NFD", word) if unicodedata.category(sign) != "Mn")
        begin = 0
        for place, sign in enumerate(plain):
            if _stands_alone(sign):
                if begin < place:
                    yield plain[begin:place]
                yield sign
                begin = place + 1
        if begin < len(plain):
            yield plain[begin:]


def _clean(text: str) -> str:
    """Return the text without control characters."""
    return "".join(sign for sign in text if sign in "\t\n\r" or unicodedata.category(sign) not in {"Cc", "Cf"})


def _stands_alone(sign: str) -> bool:
    """Whether a character is a word by itself."""
    code = ord(sign)
    return _within(code, _ASCII_PUNCTUATION) or _within(code, _CJK) or unicodedata.category(sign).startswith("P")


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= code <= high for low, high in ranges)
