"""The OData part of list requests: `$filter`, `$top`, `$skip`, and pages with a link to the next one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from apim_ai.arm.refusal import Refusal, bad_request
from apim_ai.resource.shape import is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Predicate = Callable[[Mapping[str, Any]], bool]

__all__ = ["PAGE_SIZE", "filtered", "ordered", "page"]

PAGE_SIZE = 100

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[A-Za-z_$][\w/.$]*)|(?P<mark>[(),:]))"
)
_ORDER = re.compile(r"([A-Za-z_$][\w/.$]*)(?:\s+(asc|desc))?", re.IGNORECASE)
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "gt": lambda left, right: left > right,
    "ge": lambda left, right: left >= right,
    "lt": lambda left, right: left < right,
    "le": lambda left, right: left <= right,
}
_FUNCTIONS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "substringof": lambda part, text: part in text,
    "startswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
}
_QUANTIFIERS = ("/any", "/all")
_DEEPEST = 32


def filtered(items: Sequence[Mapping[str, Any]], expression: str | None) -> list[Mapping[str, Any]]:
    """Return the entities that a `$filter` lets through.

    Raises:
        Refusal: the filter is none.
    """
    if not expression or not expression.strip():
        return list(items)
    predicate = _Parser(expression).whole()
    return [item for item in items if predicate(item)]


def ordered(items: Sequence[Mapping[str, Any]], expression: str | None) -> list[Mapping[str, Any]]:
    """Return the entities in the order of an `$orderby`, such as `name desc, id`; without one as they are.

    Raises:
        Refusal: the expression is none.
    """
    found = list(items)
    for term in reversed([term for term in (expression or "").split(",") if term.strip()]):
        match = _ORDER.fullmatch(term.strip())
        if match is None:
            raise bad_request("ValidationError", f"Invalid order clause: '{(expression or '')[:200]}'.")
        path, is_descending = match[1], (match[2] or "").lower() == "desc"
        found.sort(key=lambda item, at=path: _text(_member(item, at)), reverse=is_descending)
    return found


def page(items: Sequence[Mapping[str, Any]], query: Mapping[str, str], url: str) -> dict[str, Any]:
    """Return one page in ARM's form: `value`, `count` of all, and `nextLink` while there is more.

    Args:
        items: all entities of the list.
        query: the request's query, names in lower case.
        url: the absolute URL of the request without its query.

    Raises:
        Refusal: `$top` or `$skip` is no whole number in its range.
    """
    skip = _whole(query, "$skip", 0)
    limit = _whole(query, "$top", 1) if "$top" in query else len(items)
    end = min(skip + limit, len(items))
    shown = items[skip : min(end, skip + PAGE_SIZE)]
    answer: dict[str, Any] = {"value": list(shown), "count": len(items)}
    behind = skip + len(shown)
    if behind < end:
        rest = {**query, "$skip": str(behind), **({"$top": str(end - behind)} if "$top" in query else {})}
        answer["nextLink"] = f"{url}?{urlencode(rest)}"
    return answer


def _whole(query: Mapping[str, str], name: str, least: int) -> int:
    text = query.get(name, "0" if least == 0 else "")
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < least:
        raise bad_request("ValidationError", f"The value '{text}' of {name} is not a whole number of at least {least}.")
    return int(text)


class _Parser:
    """Reads a `$filter`: comparisons and text functions, joined by `and`, `or`, `not` and brackets."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = self._split(text)
        self._at = 0
        self._depth = 0

    def whole(self) -> Predicate:
        """Return the predicate of the whole text."""
        predicate = self._either()
        if self._at < len(self._tokens):
            raise self._refused()
        return predicate

    def _split(self, text: str) -> list[str]:
        tokens: list[str] = []
        position = 0
        while text[position:].strip():
            match = _TOKEN.match(text, position)
            if match is None:
                raise self._refused()
            tokens.append(match[0].strip())
            position = match.end()
        return tokens

    def _refused(self) -> Refusal:
        return bad_request("ValidationError", f"Invalid filter clause: '{self._text[:200]}'.")

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            raise self._refused()
        self._at += 1
        return token

    def _expect(self, mark: str) -> None:
        if self._next() != mark:
            raise self._refused()

    def _either(self) -> Predicate:
        predicate = self._both()
        while self._peek().lower() == "or":
            self._at += 1
            predicate = _any_of(predicate, self._both())
        return predicate

    def _both(self) -> Predicate:
        predicate = self._one()
        while self._peek().lower() == "and":
            self._at += 1
            predicate = _all_of(predicate, self._one())
        return predicate

    def _one(self) -> Predicate:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._refused()
        try:
            if self._peek().lower() == "not":
                self._at += 1
                inner = self._one()
                return lambda item: not inner(item)
            if self._peek() == "(":
                self._at += 1
                inner = self._either()
                self._expect(")")
                return inner
            if self._peek().lower() in _FUNCTIONS:
                return self._call()
            return self._quantified() if self._peek().lower().endswith(_QUANTIFIERS) else self._comparison()
        finally:
            self._depth -= 1

    def _call(self) -> Predicate:
        function = _FUNCTIONS[self._next().lower()]
        self._expect("(")
        first = self._operand()
        self._expect(",")
        second = self._operand()
        self._expect(")")
        if self._peek().lower() == "eq":  # `contains(…) eq true` is the same
            self._at += 1
            wanted = self._next().lower() == "true"
            return lambda item: function(_text(first(item)), _text(second(item))) == wanted
        return lambda item: function(_text(first(item)), _text(second(item)))

    def _quantified(self) -> Predicate:
        """Read `tags/any(t: t eq 'x')`, whose inside is a filter over each item of a list."""
        path, _, quantifier = self._next().rpartition("/")
        self._expect("(")
        variable = self._next()
        self._expect(":")
        inner = self._either()
        self._expect(")")
        holds = any if quantifier.lower() == "any" else all
        return lambda item: holds(inner({"properties": {variable: value}}) for value in _items(item, path))

    def _comparison(self) -> Predicate:
        left = self._operand()
        compare = _COMPARISONS.get(self._next().lower())
        if compare is None:
            raise self._refused()
        right = self._operand()

        def holds(item: Mapping[str, Any]) -> bool:
            try:
                return compare(_folded(left(item)), _folded(right(item)))
            except TypeError:
                return False

        return holds

    def _operand(self) -> Callable[[Mapping[str, Any]], Any]:
        token = self._next()
        constant = _constant(token)
        if constant is not None:
            return lambda _: constant[0]
        if not re.fullmatch(r"[A-Za-z_$][\w/.$]*", token):
            raise self._refused()
        return lambda item: _member(item, token)


def _any_of(left: Predicate, right: Predicate) -> Predicate:
    return lambda item: left(item) or right(item)


def _all_of(left: Predicate, right: Predicate) -> Predicate:
    return lambda item: left(item) and right(item)


def _constant(token: str) -> tuple[object] | None:
    if token.startswith("'"):
        return (token[1:-1].replace("''", "'"),)
    if token.lower() in {"true", "false"}:
        return (token.lower() == "true",)
    if token.lower() == "null":
        return (None,)
    return (float(token),) if re.fullmatch(r"-?\d+(\.\d+)?", token) else None


def _items(item: Mapping[str, Any], path: str) -> Sequence[Any]:
    found = item.get("properties")
    value = (
        next((value for name, value in found.items() if name.lower() == path.lower()), ()) if is_object(found) else ()
    )
    return value if is_list(value) else ()


def _member(item: Mapping[str, Any], path: str) -> object:
    """Return a member by its path; `displayName` is found inside `properties` too, as the service allows."""
    found: object = item if path.partition("/")[0] in {"name", "id", "type", "properties"} else item.get("properties")
    for step in re.split(r"[/.]", path):
        if not is_object(found):
            return None
        found = next((value for name, value in found.items() if name.lower() == step.lower()), None)
    return ",".join(map(str, found)) if is_list(found) else found


def _folded(value: object) -> object:
    if isinstance(value, str):
        return value.lower()
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _text(value: object) -> str:
    return "" if value is None else str(value).lower()
