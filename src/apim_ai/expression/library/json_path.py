"""Newtonsoft's JSONPath: `$.a.b[0]['c']..d[*][?(@.x > 1)]`, read as its JPath reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import ClrException
from apim_ai.expression.library.json_filters import (
    Filter,
    both,
    by_fields,
    by_index,
    by_indexes,
    by_name,
    by_query,
    by_slice,
    comparison,
    either,
    evaluate,
    everywhere,
    exists,
    root_only,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.expression.library.json_filters import Side, Test
    from apim_ai.expression.library.json_value import JToken

__all__ = ["select"]

_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "\\": "\\", '"': '"', "'": "'", "/": "/"}
_OPERATORS = ("===", "==", "=~", "!==", "!=", "<>", "<=", "<", ">=", ">")
_WORDS: dict[str, tuple[str, object]] = {"t": ("true", True), "f": ("false", False), "n": ("null", None)}
_OPEN, _OPEN_QUERY = "Path ended with open indexer.", "Path ended with open query."


def select(token: JToken, path: str, *, must_match: bool = False) -> Iterator[JToken]:
    """Return the tokens that a path leads to; the path is read at once, its steps are taken as they are asked for.

    Raises:
        ClrException: JsonException for a malformed path; later, with `must_match`, for a step that leads nowhere.
    """
    return evaluate(_Reader(path).filters(), token, token, must_match=must_match)


class _Reader:
    """Reads one path."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def _need(self, message: str) -> str:
        """Return the character at hand."""
        if self.at >= len(self.text):
            raise _error(message)
        return self.text[self.at]

    def _here(self) -> str:
        if self.at >= len(self.text):
            raise ClrException("System.IndexOutOfRangeException", "Index was outside the bounds of the array.")
        return self.text[self.at]

    def _space(self) -> None:
        while self.text.startswith(" ", self.at):
            self.at += 1

    def _match(self, word: str) -> bool:
        if not self.text.startswith(word, self.at):
            return False
        self.at += len(word)
        return True

    # --- steps -------------------------------------------------------------------------------------------------------

    def filters(self) -> list[Filter]:
        """Read the whole path."""
        start = 0
        filters: list[Filter] = []
        self._space()
        if self.at == len(self.text) or self.text == "$":
            return filters
        if self.text[self.at] == "$" and self.text[self.at + 1 : self.at + 2] in (".", "["):
            self.at += 1
            start = self.at
        if not self._path(filters, start, is_query=False):
            last = self.at
            self._space()
            if self.at < len(self.text):
                raise _error(f"Unexpected character while parsing path: {self.text[last]}")
        return filters

    def _path(self, filters: list[Filter], start: int, *, is_query: bool) -> bool:
        """Read steps up to the end of a path or query; true at the end of the text."""
        is_deep = is_behind_indexer = is_behind_dot = False
        while self.at < len(self.text):
            character = self.text[self.at]
            if character in "[(":
                self._member(filters, start, is_deep=is_deep)
                is_deep = is_deep and self.at == start
                filters.append(self._indexer("]" if character == "[" else ")", is_deep=is_deep))
                self.at += 1
                start = self.at
                is_deep, is_behind_indexer, is_behind_dot = False, True, False
            elif character == ".":
                self._member(filters, start, is_deep=is_deep)
                is_deep = is_deep and self.at == start
                if self.text.startswith(".", self.at + 1):
                    is_deep = True
                    self.at += 1
                self.at += 1
                start = self.at
                is_behind_indexer, is_behind_dot = False, True
            elif character in "]) " or (is_query and character in "=<!>|&"):
                break
            elif is_behind_indexer:
                raise _error(f"Unexpected character following indexer: {character}")
            else:
                self.at += 1
        is_end = self.at == len(self.text)
        if not self._member(filters, start, is_deep=is_deep) and is_behind_dot and (is_end or is_query):
            raise _error("Unexpected end while parsing path.")
        return is_end

    def _member(self, filters: list[Filter], start: int, *, is_deep: bool) -> bool:
        """Add the step of a name that ends here, if there is one."""
        if self.at <= start:
            return False
        name = self.text[start : self.at].rstrip()
        filters.append(_named(None if name == "*" else name, is_deep=is_deep))
        return True

    def _indexer(self, closer: str, *, is_deep: bool) -> Filter:
        self.at += 1
        self._need(_OPEN)
        self._space()
        character = self._here()
        if character == "'":
            return self._fields(closer, is_deep=is_deep)
        return self._query(closer, is_deep=is_deep) if character == "?" else self._numbers(closer)

    def _fields(self, closer: str, *, is_deep: bool) -> Filter:
        names: list[str] = []
        while self.at < len(self.text):
            names.append(self._quoted())
            self._space()
            character = self._need(_OPEN)
            if character == closer:
                if len(names) == 1:
                    return _named(names[0], is_deep=is_deep)
                return everywhere(names) if is_deep else by_fields(names)
            if character != ",":
                raise _error(f"Unexpected character while parsing path indexer: {character}")
            self.at += 1
            self._space()
        raise _error(_OPEN)

    def _numbers(self, closer: str) -> Filter:
        """Read `1`, `1,2`, `*` or `0:9:2`."""
        numbers: list[int | None] = []
        separator = ""
        while self.at < len(self.text):
            number = self._number()
            self._space()
            character = self._need(_OPEN)
            if number is None and (separator == "," or (not separator and character in (closer, ","))):
                raise _error("Array index expected.")
            if character == "*" and number is None:
                return self._star(closer)
            numbers.append(number)
            if character == closer:
                return _indexed(numbers, separator)
            if character not in ",:" or (separator and character != separator):
                raise _error(f"Unexpected character while parsing path indexer: {character}")
            separator = character
            self.at += 1
            self._space()
        raise _error(_OPEN)

    def _star(self, closer: str) -> Filter:
        self.at += 1
        self._need(_OPEN)
        self._space()
        if self._here() != closer:
            raise _error("Unexpected character while parsing path indexer: *")
        return by_index(None)

    def _number(self) -> int | None:
        start = self.at
        while self.text[self.at : self.at + 1].isdecimal() or self.text.startswith("-", self.at):
            self.at += 1
        from apim_ai.expression.library.system_numbers import parse_integer  # noqa: PLC0415 - rare

        return parse_integer(self.text[start : self.at], "System.Int32") if self.at > start else None

    # --- queries -----------------------------------------------------------------------------------------------------

    def _query(self, closer: str, *, is_deep: bool) -> Filter:
        self.at += 1
        character = self._need(_OPEN)
        if character != "(":
            raise _error(f"Unexpected character while parsing path indexer: {character}")
        self.at += 1
        test = self._expression()
        self.at += 1
        self._need(_OPEN)
        self._space()
        character = self._here()
        if character != closer:
            raise _error(f"Unexpected character while parsing path indexer: {character}")
        return by_query(test, is_deep=is_deep)

    def _expression(self) -> Test:
        """Read tests joined by `&&` and `||`; where the joiner changes, what follows is nested in what was before."""
        root: list[Test] = []
        tests, joiner = root, ""
        first = ""
        while self.at < len(self.text):
            test = self._test()
            character = self._need(_OPEN_QUERY)
            if character == ")":
                tests.append(test)
                return test if not joiner else _joined(first, root)
            if not self._match(character * 2):
                raise _error(f"Unexpected character while parsing path query: {character}")
            if character != joiner and joiner:
                inner: list[Test] = []
                tests.append(_joined(character, inner))
                tests = inner
            joiner, first = character, first or character
            tests.append(test)
        raise _error(_OPEN_QUERY)

    def _test(self) -> Test:
        left = self._side()
        if self._here() in ")|&":
            return exists(left)
        if self.at + 1 >= len(self.text):
            raise _error(_OPEN_QUERY)
        operator = next((each for each in _OPERATORS if self._match(each)), None)
        if operator is None:
            raise _error("Could not read query operator.")
        right = self._side()
        if self._here() not in ")|&":
            self._need(_OPEN_QUERY)
        return comparison(operator, left, right)

    def _side(self) -> Side:
        self._space()
        character = self._here()
        side: Side
        if character in "$@":
            filters = [root_only] if character == "$" else []
            self.at += 1
            if self._path(filters, self.at, is_query=True):
                raise _error(_OPEN_QUERY)
            side = filters
        else:
            side = (self._constant(character),)
        self._space()
        self._need(_OPEN_QUERY)
        return side

    def _constant(self, character: str) -> object:
        if character == "'":
            return self._quoted()
        if character == "/":
            return self._regex()
        if character.isdecimal() or character == "-":
            return self._float()
        word, value = _WORDS.get(character, ("\0", None))
        if not self._match(word):
            raise _error(f"Unexpected character while parsing path query: {character}")
        return value

    def _float(self) -> object:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in " )":
            self.at += 1
        text = self.text[start : self.at]
        self._here()
        try:
            return float(text) if any(each in text for each in ".eE") else int(text)
        except ValueError:
            raise _error(f"Unexpected character while parsing path query: {self.text[self.at]}") from None

    def _quoted(self) -> str:
        self.at += 1
        parts: list[str] = []
        while self.at < len(self.text):
            character = self.text[self.at]
            self.at += 1
            if character == "'":
                return "".join(parts)
            if character == "\\" and self.at < len(self.text):
                escaped = self.text[self.at]
                if escaped not in _ESCAPES:
                    raise _error(f"Unknown escape character: \\{escaped}")
                character = _ESCAPES[escaped]
                self.at += 1
            parts.append(character)
        raise _error("Path ended with an open string.")

    def _regex(self) -> str:
        start = self.at
        self.at += 1
        while self.at < len(self.text):
            character = self.text[self.at]
            self.at += 2 if character == "\\" else 1
            if character == "/":
                while self.text[self.at : self.at + 1].isalpha():
                    self.at += 1
                return self.text[start : self.at]
        raise _error("Path ended with an open regex.")


def _error(message: str) -> ClrException:
    return ClrException("Newtonsoft.Json.JsonException", message)


def _named(name: str | None, *, is_deep: bool) -> Filter:
    return everywhere(None if name is None else [name]) if is_deep else by_name(name)


def _indexed(numbers: list[int | None], separator: str) -> Filter:
    if separator == ":":
        return by_slice(*(*numbers, None, None)[:3])
    if separator == ",":
        return by_indexes([number for number in numbers if number is not None])
    return by_index(numbers[0])


def _joined(joiner: str, tests: list[Test]) -> Test:
    return both(tests) if joiner == "&" else either(tests)
