"""Newtonsoft's JSONPath: `$.a.b[0]['c']..d[*][?(@.x > 1)]`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from apim_ai.expression.exceptions import ClrException
from apim_ai.expression.library.json_token import JArray, JObject, JToken, JValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["select"]

Step = tuple[str, object]


def _error(text: str) -> NoReturn:
    raise ClrException("Newtonsoft.Json.JsonException", text)


def select(token: JToken, path: str, *, must_match: bool = False) -> list[JToken]:
    """Return the tokens that a path leads to.

    Raises:
        ClrException: JsonException for a malformed path, or with `must_match` for a step that leads nowhere.
    """
    tokens = [token]
    root = token
    for kind, key in _steps(path):
        found = [child for each in tokens for child in _STEPS[kind](each, key, root)]
        if not found and must_match:
            _missing(kind, key, tokens[0])
        tokens = found
        if not tokens:
            break
    return tokens


def _missing(kind: str, key: object, token: JToken) -> NoReturn:
    if kind == "name" and isinstance(token, JObject):
        _error(f"Property '{key}' does not exist on JObject.")
    if kind == "index" and isinstance(token, JArray):
        _error(f"Index {key} outside the bounds of JArray.")
    _error(f"Property '{key}' not valid on {type(token).__name__}.")


# --- reading a path --------------------------------------------------------------------------------------------------

_NAME = re.compile(r"[^.\[\](\s'\"]+")
_QUOTED = re.compile(r"""\s*'((?:[^'\\]|\\.)*)'|\s*"((?:[^"\\]|\\.)*)\"""")
_SLICE = re.compile(r"\s*(-?\d*)\s*:\s*(-?\d*)\s*(?::\s*(-?\d*)\s*)?$")


def _steps(path: str) -> list[Step]:
    steps: list[Step] = []
    position = 1 if path.startswith("$") else 0
    is_deep = False
    while position < len(path):
        character = path[position]
        if character == "[":
            end = _closing(path, position)
            steps.append(_bracket(path[position + 1 : end].strip(), is_deep=is_deep))
            is_deep, position = False, end + 1
        elif path.startswith("..", position):
            is_deep, position = True, position + 2
        elif character == ".":
            position += 1
            if position >= len(path):
                _error("Unexpected end while parsing path.")
        else:
            name = _NAME.match(path, position)
            if name is None:
                _error(f"Unexpected character while parsing path: {character}")
            text = name.group()
            steps.append(
                ("deep-all" if text == "*" else "deep", text)
                if is_deep
                else ("all", None)
                if text == "*"
                else ("name", text)
            )
            is_deep, position = False, name.end()
    return steps


def _closing(path: str, start: int) -> int:
    depth, quote = 0, ""
    for index in range(start, len(path)):
        character = path[index]
        if quote:
            quote = "" if character == quote and path[index - 1] != "\\" else quote
        elif character in "'\"":
            quote = character
        elif character in "[(":
            depth += 1
        elif character in "])":
            depth -= 1
            if depth == 0:
                return index
    _error("Path ended with an open indexer.")


def _bracket(inside: str, *, is_deep: bool) -> Step:
    if inside.startswith("?"):
        return "filter", _filter(inside[1:].strip())
    if inside == "*":
        return ("deep-all" if is_deep else "all"), None
    quoted = [found[1] if found[1] is not None else found[2] for found in _QUOTED.finditer(inside)]
    if quoted:
        names = [re.sub(r"\\(.)", r"\1", each) for each in quoted]
        return ("deep" if is_deep else "name", names[0]) if len(names) == 1 else ("names", names)
    sliced = _SLICE.match(inside)
    if sliced is not None:
        return "slice", tuple(int(each) if each else None for each in sliced.groups())
    try:
        numbers = [int(each) for each in inside.split(",")]
    except ValueError:
        _error(f"Unexpected character while parsing path indexer: {inside[:1]}")
    return ("index", numbers[0]) if len(numbers) == 1 else ("indexes", numbers)


# --- walking ---------------------------------------------------------------------------------------------------------


def _inner(token: JToken) -> list[JToken]:
    if isinstance(token, JObject):
        return [each.value for each in token.properties()]
    return token.children() if isinstance(token, JArray) else []


def _by_name(token: JToken, key: object, _root: JToken) -> list[JToken]:
    found = token.get(str(key)) if isinstance(token, JObject) else None
    return [] if found is None else [found]


def _by_names(token: JToken, keys: object, root: JToken) -> list[JToken]:
    return [child for key in _listed(keys) for child in _by_name(token, key, root)]


def _listed(keys: object) -> list[object]:
    return list(keys) if isinstance(keys, list) else []  # type: ignore[arg-type]  # a list of names or numbers


def _by_index(token: JToken, key: object, _root: JToken) -> list[JToken]:
    if isinstance(token, JArray) and isinstance(key, int) and 0 <= key < len(token):
        return [token.children()[key]]
    return []


def _by_indexes(token: JToken, keys: object, root: JToken) -> list[JToken]:
    return [child for key in _listed(keys) for child in _by_index(token, key, root)]


def _by_slice(token: JToken, key: object, _root: JToken) -> list[JToken]:
    return token.children()[slice(*key)] if isinstance(token, JArray) and isinstance(key, tuple) else []  # type: ignore[arg-type]  # three numbers


def _everything(token: JToken, _key: object, _root: JToken) -> list[JToken]:
    return _inner(token)


def _walk(token: JToken) -> Iterator[JToken]:
    yield token
    for child in _inner(token):
        yield from _walk(child)


def _deep(token: JToken, key: object, root: JToken) -> list[JToken]:
    return [child for each in _walk(token) for child in _by_name(each, key, root)]


def _deep_all(token: JToken, _key: object, _root: JToken) -> list[JToken]:
    return list(_walk(token))


def _filtered(token: JToken, key: object, root: JToken) -> list[JToken]:
    test: Callable[[JToken, JToken], bool] = key  # type: ignore[assignment]  # made by `_filter`
    return [child for child in _inner(token) if test(child, root)]


_STEPS: dict[str, Callable[[JToken, object, JToken], list[JToken]]] = {
    "name": _by_name, "names": _by_names, "index": _by_index, "indexes": _by_indexes, "slice": _by_slice,
    "all": _everything, "deep": _deep, "deep-all": _deep_all, "filter": _filtered,
}  # fmt: skip

# --- filters ---------------------------------------------------------------------------------------------------------

Test = "Callable[[JToken, JToken], bool]"
_COMPARISON = re.compile(r"^(.+?)\s*(===|!==|==|!=|<>|<=|>=|=~|<|>)\s*(.+)$")


def _filter(text: str) -> Callable[[JToken, JToken], bool]:
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    for joiner, combine in (("||", any), ("&&", all)):
        parts = _split(text, joiner)
        if len(parts) > 1:
            tests = [_filter(part) for part in parts]
            return lambda token, root, tests=tests, combine=combine: combine(test(token, root) for test in tests)
    found = _COMPARISON.match(text)
    if found is None:
        return lambda token, root: bool(_operand(text, token, root))
    left, operator, right = found.groups()
    return lambda token, root: _compare(operator, _operand(left, token, root), _operand(right, token, root))


def _split(text: str, joiner: str) -> list[str]:
    parts: list[str] = []
    depth, quote, start = 0, "", 0
    for index, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif depth == 0 and text.startswith(joiner, index):
            parts.append(text[start:index].strip())
            start = index + len(joiner)
    return [*parts, text[start:].strip()]


def _operand(text: str, token: JToken, root: JToken) -> list[object]:
    text = text.strip()
    if text.startswith(("@", "$")):
        base = token if text[0] == "@" else root
        return [each.value if isinstance(each, JValue) else each for each in select(base, "$" + text[1:])]
    if text[:1] in "'\"":
        return [text[1:-1].replace("\\'", "'")]
    constants: dict[str, object] = {"true": True, "false": False, "null": None}
    if text in constants:
        return [constants[text]]
    try:
        return [float(text) if any(each in text for each in ".eE") else int(text)]
    except ValueError:
        _error(f"Could not read query operator: {text}")


def _compare(operator: str, left: list[object], right: list[object]) -> bool:
    return any(_holds(operator, mine, theirs) for mine in left for theirs in right)


def _holds(operator: str, left: object, right: object) -> bool:
    if operator in ("==", "==="):
        return _same(left, right)
    if operator in ("!=", "!==", "<>"):
        return not _same(left, right)
    if operator == "=~":
        pattern, _, flags = str(right).strip("/").rpartition("/") if str(right).count("/") > 1 else (str(right), "", "")
        return isinstance(left, str) and re.search(pattern, left, re.IGNORECASE if "i" in flags else 0) is not None
    numbers = isinstance(left, (int, float)) and isinstance(right, (int, float))
    if not numbers and not (isinstance(left, str) and isinstance(right, str)):
        return False
    return {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[operator]  # type: ignore[operator]  # tested above


def _same(left: object, right: object) -> bool:
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    return left == right
