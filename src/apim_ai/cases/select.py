"""Chooses cases by words in their file and name, as `-k` takes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["selection"]

_TOKEN = re.compile(r"\(|\)|[^\s()]+")
_WORDS = frozenset({"and", "or", "not", "(", ")"})
_DEEPEST = 50


def selection(expression: str) -> Callable[[str, str], bool]:
    """Return whether a case, by file and name, is meant.

    Args:
        expression: words joined by `and`, `or`, `not` and parentheses, as pytest reads them; words that follow each
            other are one phrase. Without any, all cases are meant.

    Raises:
        UsageError: the expression cannot be read.
    """
    if not expression.strip():
        return lambda _file, _name: True
    parser = _Parser(expression)
    holds = parser.alternatives(0)
    if parser.tokens:
        raise parser.error()
    return lambda file, name: holds(f"{file} {name}".lower())


class _Parser:
    def __init__(self, expression: str) -> None:
        self._expression = expression
        self.tokens = _TOKEN.findall(expression.lower())

    def error(self) -> UsageError:
        what = f"at '{self.tokens[0]}'" if self.tokens else "at its end"
        message = f"'-k {self._expression}' cannot be read {what}"
        return UsageError(message, help="join words with 'and', 'or', 'not' and parentheses")

    def alternatives(self, depth: int) -> Callable[[str], bool]:
        found = [self._all(depth)]
        while self._take("or"):
            found.append(self._all(depth))
        return lambda text: any(holds(text) for holds in found)

    def _all(self, depth: int) -> Callable[[str], bool]:
        found = [self._one(depth)]
        while self._take("and"):
            found.append(self._one(depth))
        return lambda text: all(holds(text) for holds in found)

    def _one(self, depth: int) -> Callable[[str], bool]:
        if depth > _DEEPEST:
            raise self.error()
        if self._take("not"):
            inner = self._one(depth + 1)
            return lambda text: not inner(text)
        if self._take("("):
            inner = self.alternatives(depth + 1)
            if not self._take(")"):
                raise self.error()
            return inner
        return self._phrase()

    def _phrase(self) -> Callable[[str], bool]:
        words: list[str] = []
        while self.tokens and self.tokens[0] not in _WORDS:
            words.append(self.tokens.pop(0))
        if not words:
            raise self.error()
        phrase = " ".join(words)
        return lambda text: phrase in text

    def _take(self, token: str) -> bool:
        is_next = self.tokens[:1] == [token]
        if is_next:
            self.tokens.pop(0)
        return is_next
