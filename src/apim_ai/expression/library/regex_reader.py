"""Reads the pieces of .NET's regular expressions: escapes, character classes, numbers and names, with its complaints."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NoReturn

__all__ = ["ANY_CASE", "PatternProblem", "Reader", "literal"]

_HEX = "0123456789abcdefABCDEF"
_SIMPLE = {"a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_WORD = re.compile(r"\w")
_NAME = re.compile(r"\w+")
_DECIMAL = re.compile(r"[0-9]+")
_LARGEST = 2**31 - 1
_ECMASCRIPT_CLASSES = {
    "d": "0-9", "w": "a-zA-Z0-9_", "s": r" \f\n\r\t\v",
}  # fmt: skip
ANY_CASE = "ascii"
_CATEGORY = re.compile("L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfson]?|Is(?=[A-Z])[A-Za-z0-9-]+")


class PatternProblem(Exception):  # noqa: N818 - it never leaves the reader
    """A pattern that .NET does not take.

    Args:
        words: .NET's complaint.
        place: how far it had read.
    """

    def __init__(self, words: str, place: int) -> None:
        super().__init__(words)
        self.words = words
        self.place = place


def literal(character: str) -> str:
    """Return a character as a pattern of the `regex` package, also within a class."""
    if character.isalnum() or character == "_":
        return character
    if character < " " or character == "\x7f":
        return f"\\x{ord(character):02x}"
    return "\\" + character if character.isascii() else character


@lru_cache(maxsize=256)
def _is_known(name: str) -> bool:
    import regex  # noqa: PLC0415 - heavy, and rarely used

    if not _CATEGORY.fullmatch(name):
        return False
    try:
        regex.compile(f"\\p{{{name}}}")
    except regex.error:
        return False
    return True


class Reader:
    """A pattern, and how far it has been read.

    Args:
        text: the pattern.
        is_ecmascript: whether classes are ASCII.
    """

    def __init__(self, text: str, *, is_ecmascript: bool) -> None:
        self.text = text
        self.place = 0
        self.is_ecmascript = is_ecmascript

    @property
    def left(self) -> int:
        """How many characters are left."""
        return len(self.text) - self.place

    def peek(self, ahead: int = 0) -> str:
        """Return a character that is still to come, or the empty text behind the end."""
        place = self.place + ahead
        return self.text[place] if place < len(self.text) else ""

    def take(self) -> str:
        """Return the next character and go past it."""
        character = self.peek()
        self.place += 1
        return character

    def fail(self, words: str) -> NoReturn:
        """Complain about what has just been read."""
        raise PatternProblem(words, self.place)

    def decimal(self) -> int:
        """Read a number."""
        found = _DECIMAL.match(self.text, self.place)
        digits = "" if found is None else found.group()
        for count in range(1, len(digits) + 1):
            if int(digits[:count]) > _LARGEST:
                self.place += count
                self.fail("Capture group numbers must be less than or equal to Int32.MaxValue.")
        self.place += len(digits)
        return int(digits or "0")

    def name(self) -> str:
        """Read a name."""
        found = _NAME.match(self.text, self.place)
        if found is None:
            return ""
        self.place = found.end()
        return found.group()

    # --- escapes ---

    def character_escape(self) -> str:
        """Return the character that an escape stands for; the backslash has been read."""
        if self.peek() in tuple("01234567"):
            return self._octal()
        letter = self.take()
        if letter in ("x", "u"):
            return self._hexadecimal(2 if letter == "x" else 4)
        if letter == "c":
            return self._control()
        if letter in _SIMPLE:
            return _SIMPLE[letter]
        if not self.is_ecmascript and _WORD.match(letter):
            self.fail(f"Unrecognized escape sequence \\\\{letter}.")
        return letter

    def _octal(self) -> str:
        digits = re.compile("[0-7]{1,3}").match(self.text, self.place)
        text = "" if digits is None else digits.group()
        self.place += len(text)
        return chr(int(text or "0", 8) & 0xFF)

    def _hexadecimal(self, count: int) -> str:
        digits = ""
        if self.left >= count:
            while len(digits) < count:
                digit = self.take()
                if digit not in _HEX:
                    break
                digits += digit
        if len(digits) < count:
            self.fail("Insufficient hexadecimal digits.")
        return chr(int(digits, 16))

    def _control(self) -> str:
        if not self.left:
            self.fail("Missing control character.")
        code = ord(self.take().upper()) - ord("@")
        if not 0 <= code < ord(" "):
            self.fail("Unrecognized control character.")
        return chr(code)

    def category(self, letter: str) -> str:
        r"""Return `\p{…}` or `\P{…}`, whose letter has been read."""
        if self.left < len("{L}"):
            self.fail("Incomplete \\\\p{X} character escape.")
        if self.take() != "{":
            self.fail("Malformed \\\\p{X} character escape.")
        found = re.compile(r"[\w-]*").match(self.text, self.place)
        name = "" if found is None else found.group()
        self.place += len(name)
        if self.peek() != "}":
            self.place += bool(self.left)
            self.fail("Incomplete \\\\p{X} character escape.")
        self.place += 1
        if not _is_known(name):
            self.fail(f"Unknown property '{name}'.")
        return f"\\{letter}{{{name}}}"

    def shorthand(self, letter: str) -> str:
        r"""Return `\d`, `\W` and the like as an item of a class."""
        if not self.is_ecmascript:
            return "\\" + letter
        inside = _ECMASCRIPT_CLASSES[letter.lower()]
        return inside if letter.islower() else f"[^{inside}]"

    # --- classes ---

    def character_class(self, any_case: str | None) -> str:
        """Return a class as a pattern of the `regex` package; the opening bracket has been read.

        Args:
            any_case: `ascii` where the letters A to Z match in any case.
        """
        return _ClassReader(self, any_case).read()


class _ClassReader:
    """Reads one character class; a range whose end is still to come is kept in `first`."""

    def __init__(self, reader: Reader, any_case: str | None) -> None:
        self.reader = reader
        self.any_case = any_case
        self.items: list[str] = []
        self.first: str | None = None
        self.subtracted = ""

    def read(self) -> str:
        """Return the class."""
        reader = self.reader
        start = "[^" if reader.peek() == "^" else "["
        reader.place += len(start) - 1
        is_begin = True
        while reader.left:
            character = reader.take()
            if character == "]" and not is_begin:
                return self._written(start)
            self._item(character, is_begin=is_begin)
            is_begin = False
        raise PatternProblem("Unterminated [] set.", len(reader.text))

    def _written(self, start: str) -> str:
        inside = "".join(self.items)
        whole = f"{start}{inside}]" if inside else (r"[^\s\S]" if start == "[" else r"[\s\S]")
        if "[^" in inside:  # a negated class of ECMAScript within a class
            whole = f"(?V1:{whole})"
        return f"(?:(?!{self.subtracted}){whole})" if self.subtracted else whole

    def _item(self, character: str, *, is_begin: bool) -> None:
        reader = self.reader
        is_escaped = character == "\\" and reader.left > 0
        if is_escaped:
            letter = reader.peek()
            if letter in tuple("dDsSwWpP"):
                reader.place += 1
                self._shorthand(letter)
                return
            if letter == "-":
                reader.place += 1
                self._add("-", "-")
                return
            character = reader.character_escape()
        elif character == "[" and self.first is None:
            self._skip_posix()
        self._character(character, is_escaped=is_escaped, is_begin=is_begin)

    def _shorthand(self, letter: str) -> None:
        reader = self.reader
        if self.first is not None:
            reader.fail(f"Cannot include class \\\\{letter} in character range.")
        self.items.append(reader.category(letter) if letter in "pP" else reader.shorthand(letter))

    def _skip_posix(self) -> None:
        found = re.compile(r":\w*:\]").match(self.reader.text, self.reader.place)
        if found is not None:
            self.reader.place = found.end()

    def _character(self, character: str, *, is_escaped: bool, is_begin: bool) -> None:
        reader = self.reader
        if self.first is not None:
            first, self.first = self.first, None
            if character == "[" and not is_escaped and not is_begin:
                self._add(first, first)
                self._subtract()
            elif first > character:
                reader.fail("[x-y] range in reverse order.")
            else:
                self._add(first, character)
        elif reader.left > 1 and reader.peek() == "-" and reader.peek(1) != "]":
            self.first = character
            reader.place += 1
        elif character == "-" and not is_escaped and reader.peek() == "[" and not is_begin:
            reader.place += 1
            self._subtract()
        else:
            self._add(character, character)

    def _subtract(self) -> None:
        self.subtracted = self.reader.character_class(self.any_case)
        if self.reader.left and self.reader.peek() != "]":
            self.reader.fail("A subtraction must be the last element in a character class.")

    def _add(self, first: str, last: str) -> None:
        self.items.append(_range(first, last))
        if self.any_case != ANY_CASE:
            return
        for low, high, shift in (("a", "z", -32), ("A", "Z", 32)):
            begin, end = max(first, low), min(last, high)
            if begin <= end:
                self.items.append(_range(chr(ord(begin) + shift), chr(ord(end) + shift)))


def _range(first: str, last: str) -> str:
    return literal(first) if first == last else f"{literal(first)}-{literal(last)}"
