"""Where a C# expression ends: the delimiting rules of policy documents.

The reader of a policy document must know the end of `@(…)` or `@{…}` before it knows anything else about the C#:
quotes, `<` and `>` inside it mean nothing to the document. Strings, characters and comments are opaque, brackets nest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Unclosed", "end_of_code", "normalise_code"]

# Possessive quantifiers keep every alternative linear: nothing that was read is read again.
_TOKEN = re.compile(
    r"""
      (?P<skip>    [^"'/()\[\]{}@$]++ )
    | (?P<opaque>  @"(?:[^"]++|"")*+"                    # verbatim string
                 | "(?:[^"\\\r\n]++|\\[^\r\n])*+"        # string
                 | '(?:[^'\\\r\n]|\\[^\r\n]){1,64}+'     # character; a longer one is the compiler's to refuse
                 | //[^\r\n]*+
                 | /\*(?:[^*]++|\*(?!/))*+\*/ )
    | (?P<interpolated> \$@?"|@\$" )
    | (?P<open>    [(\[{] )
    | (?P<close>   [)\]}] )
    | (?P<broken>  @?"|/\* )
    | (?P<other>   . )
    """,
    re.VERBOSE | re.DOTALL,
)
_PLAIN_TEXT = re.compile(r'(?:[^"\\{}\r\n]++|\\[^\r\n]|\{\{|\}\})*+')
_VERBATIM_TEXT = re.compile(r'(?:[^"{}]++|""|\{\{|\}\})*+')
_FORMAT_CLAUSE = re.compile(r':[^{}"\r\n]*+')
_CLOSER = {"(": ")", "[": "]", "{": "}"}
_HOLE = "hole"
_NAMES = {'"': "string", '@"': "verbatim string", "/*": "comment"}


@dataclass(frozen=True, slots=True)
class Unclosed:
    """Why an expression has no end.

    Args:
        at: offset of the bracket, quote or comment that is not closed, or of the closer that does not fit.
        what: the reason, as words that can follow "because".
        reached: how far the reader got.
    """

    at: int
    what: str
    reached: int


def end_of_code(text: str, start: int, stop: int | None = None) -> int | Unclosed:
    """Return the offset behind the closer of the expression whose `@` stands at `start`.

    Args:
        text: the document.
        start: offset of the `@`; a `(` or `{` follows it.
        stop: where the text ends for this purpose.

    Source: the reader that policy documents are made for ends a value at the matching closer, not at a quote.
    """
    stop = len(text) if stop is None else stop
    likely = _LIKELY_END.search(text, start, stop)
    if likely is not None and text[start : likely.end()] in _KNOWN:
        return likely.end()
    delimiter = _Delimiter(text, stop)
    end = delimiter.run(start + 1)
    if delimiter.is_certain and isinstance(end, int) and end - start <= _LONGEST_KNOWN:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN.add(text[start:end])
    return end


_LIKELY_END = re.compile(r'[)}](?=["<])')
_KNOWN: set[str] = set()
"""Expressions that were delimited before: one that is read up to its closer ends there whatever follows it."""
_LONGEST_KNOWN, _MOST_KNOWN = 2000, 5000


class _Delimiter:
    """One pass over an expression. `stack` holds (closer expected, offset of the opener)."""

    __slots__ = ("is_certain", "position", "stack", "stop", "text")

    def __init__(self, text: str, stop: int) -> None:
        self.text = text
        self.stop = stop
        self.position = 0
        self.stack: list[tuple[str, int]] = []
        self.is_certain = True  # a lone apostrophe may have a partner in what follows

    def run(self, start: int) -> int | Unclosed:
        self.position = start
        match = _TOKEN.match
        while self.position < self.stop:
            token = match(self.text, self.position, self.stop)
            if token is None:  # cannot be: `other` takes any character
                break
            begin, self.position = self.position, token.end()
            kind = token.lastgroup
            if kind in ("skip", "opaque"):
                if kind == "skip" and self.stack and self.stack[-1][0] == _HOLE:
                    self._skip_format(begin)
                continue
            problem = self._step(str(kind), token.group(), begin)
            if problem is not None:
                return problem
            if not self.stack:
                return self.position
        return self._unclosed()

    def _step(self, kind: str, token: str, begin: int) -> Unclosed | None:
        match kind:
            case "open":
                self.stack.append((_CLOSER[token], begin))
            case "close":
                return self._close(token, begin)
            case "interpolated":
                self.stack.append((token, begin))
                return self.read_string_text(token)
            case "broken":
                return Unclosed(begin, f"the {_NAMES[token]} is not closed", self.position)
            case _:
                self.is_certain = self.is_certain and not token.startswith("'")
        return None

    def _close(self, closer: str, begin: int) -> Unclosed | None:
        expected, opener = self.stack.pop()
        if expected == _HOLE and closer == "}":
            return self.read_string_text(self.stack[-1][0])
        if closer != expected:
            return Unclosed(opener, f"'{self.text[opener]}' is closed by '{closer}'", begin)
        return None

    def read_string_text(self, opener: str) -> Unclosed | None:
        """Read the text of an interpolated string up to its end or to the next hole."""
        pattern = _VERBATIM_TEXT if "@" in opener else _PLAIN_TEXT
        while True:
            found = pattern.match(self.text, self.position, self.stop)
            at = self.position = found.end() if found else self.position
            character = self.text[at : at + 1] if at < self.stop else ""
            self.position += 1
            if character == '"':
                self.stack.pop()
                return None
            if character == "{":
                self.stack.append((_HOLE, at))
                return None
            if character != "}":
                return Unclosed(self.stack[-1][1], "the interpolated string is not closed", at)

    def _skip_format(self, begin: int) -> None:
        """Step over `:format` of a hole, which is no C# (it may hold apostrophes)."""
        colon = self.text.find(":", begin, self.position)
        while colon >= 0 and self.text[colon : colon + 2] == "::":
            colon = self.text.find(":", colon + 2, self.position)
        if colon >= 0:
            clause = _FORMAT_CLAUSE.match(self.text, colon, self.stop)
            self.position = clause.end() if clause else self.position

    def _unclosed(self) -> Unclosed:
        at = self.stack[-1][1] if self.stack else self.position
        opener = "{" if self.stack and self.stack[-1][0] == _HOLE else self.text[at : at + 1]
        return Unclosed(at, f"'{opener}' is not closed", self.stop)


_CODE_TOKEN = re.compile(
    r"""
      (?P<space>   (?:\s++|//[^\r\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/)++ )
    | (?P<word>    [\w]++(?:\.\d\w*+)?+ )
    | (?P<opaque>  @"(?:[^"]++|"")*+" | "(?:[^"\\\r\n]++|\\[^\r\n])*+" | '(?:[^'\\\r\n]|\\[^\r\n]){1,64}+' )
    | (?P<interpolated> \$@?"|@\$" )
    | (?P<other>   . )
    """,
    re.VERBOSE | re.DOTALL,
)
_SIGNS = frozenset("+-*/%&|^!~=<>?:.")


def normalise_code(text: str) -> str:
    """Return C# with one space or none between tokens and without comments: equal for equal token streams."""
    pieces: list[str] = []
    position, gap = 0, False
    while position < len(text):
        token = _CODE_TOKEN.match(text, position)
        if token is None:  # cannot be: `other` takes any character
            break
        if token.lastgroup == "space":
            gap, position = True, token.end()
            continue
        end = _end_of_interpolated(text, position) if token.lastgroup == "interpolated" else token.end()
        piece = text[position:end].replace("\r\n", "\n")
        if gap and pieces and _must_part(pieces[-1][-1], piece[0]):
            pieces.append(" ")
        pieces.append(piece)
        gap, position = False, end
    return "".join(pieces)


def _end_of_interpolated(text: str, start: int) -> int:
    delimiter = _Delimiter(text, len(text))
    # A bracket around the string lets the delimiter stop at the string's own end.
    delimiter.position = text.index('"', start) + 1
    opener = text[start : delimiter.position]
    delimiter.stack = [(opener, start)]
    problem = delimiter.read_string_text(opener)
    if problem is not None:
        return len(text)
    if not delimiter.stack:
        return delimiter.position
    end = delimiter.run(delimiter.position)
    return end if isinstance(end, int) else len(text)


def _must_part(left: str, right: str) -> bool:
    """Whether two tokens would become others without white space between them."""
    is_word = left.isalnum() or left == "_"
    return (is_word and (right.isalnum() or right in '_@$"')) or (left in _SIGNS and right in _SIGNS)
