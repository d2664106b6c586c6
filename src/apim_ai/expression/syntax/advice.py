"""What to write instead of the words of other languages."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from apim_ai.expression.syntax.tokens import IDENTIFIER

if TYPE_CHECKING:
    from apim_ai.expression.syntax.tokens import Token

__all__ = ["advice_at", "advice_for_statement"]

_INSTEAD = {
    "and": "write && for 'and'",
    "or": "write || for 'or'",
    "->": "write => for '->'",
    "of": "write 'in' for 'of'",
    "then": "leave out 'then'",
}
_STATEMENTS = {
    "elseif": "write 'else if'",
    "elif": "write 'else if'",
    "then": "leave out 'then'",
    "function": "write the function's type and name, such as int F(int x) { … }, or a lambda",
    "let": "write var",
}
_KEYWORDS = ("return", "throw", "foreach", "while", "switch", "break", "continue", "string", "const")


def advice_at(token: Token) -> str | None:
    """Return what to write where the parser cannot go on, or None."""
    return _INSTEAD.get(token.text)


def advice_for_statement(first: Token) -> str | None:
    """Return what a statement that is none was meant to begin with, or None."""
    if first.kind is not IDENTIFIER:
        return None
    known = _STATEMENTS.get(first.text)
    if known is not None:
        return known
    close = difflib.get_close_matches(first.text, _KEYWORDS, n=1, cutoff=0.8)
    return f"did you mean '{close[0]}'?" if close else None
