"""Matchers: how expected values of a case compare with what happened."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from apim_ai.cases.content import NO_JSON, mapping, sequence, texts
from apim_ai.message import sendable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "MATCHERS",
    "canonical_xml",
    "deep_equal",
    "is_matcher",
    "is_xml",
    "json_path",
    "json_path_problem",
    "matches",
    "subset",
    "url_matches",
]

_ORIGIN = re.compile(r"(https?)(://[^/?#:*]+)(:[0-9]+)?(?=[/?*]|\Z)", re.IGNORECASE)
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
MATCHERS = frozenset({"matches", "contains", "between", "in"})


def is_matcher(expected: object) -> bool:
    """Whether a mapping is a matcher such as `{between: [1, 60]}`."""
    wanted = mapping(expected)
    return bool(wanted) and wanted.keys() <= MATCHERS


def matches(expected: object, actual: object) -> bool:
    """Compare text or a number with an expected value or matcher. None means absent."""
    if expected is None:
        return actual is None
    if is_matcher(expected):
        wanted = cast("Mapping[str, Any]", expected)
        if actual is None:
            return set(wanted) == {"in"} and None in wanted["in"]
        return all(_matcher(name, value, actual) for name, value in wanted.items())
    return actual is not None and _same(expected, actual)


def _matcher(name: str, value: Any, actual: object) -> bool:  # noqa: ANN401 - what the case says
    if name == "matches":
        return re.search(str(value), _text(actual)) is not None
    if name == "contains":
        return all(item in _text(actual) for item in texts(value))
    if name == "in":
        return any(_same(item, actual) for item in value)
    number = _number(actual)
    low, high = value
    return number is not None and float(low) <= number <= float(high)


def _same(expected: object, actual: object) -> bool:
    if isinstance(expected, bool) or isinstance(actual, bool):
        return _text(expected).lower() == _text(actual).lower()
    if isinstance(expected, (int, float)) or isinstance(actual, (int, float)):
        left, right = _number(expected), _number(actual)
        return left is not None and right is not None and left == right
    return _text(expected) == _text(actual)


def _number(value: object) -> float | None:
    try:
        return float(cast("Any", value))
    except (TypeError, ValueError):
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def subset(expected: object, actual: object) -> bool:
    """Compare JSON: objects as subsets, lists whole with their objects as subsets, numbers by value."""
    if isinstance(expected, dict):
        if not isinstance(actual, dict):
            return False
        wanted, found = cast("dict[str, object]", expected), cast("dict[str, object]", actual)
        return all(key in found and subset(value, found[key]) for key, value in wanted.items())
    if isinstance(expected, list):
        if not isinstance(actual, list):
            return False
        left, right = cast("list[object]", expected), cast("list[object]", actual)
        return len(left) == len(right) and all(map(subset, left, right))
    return _scalar_equal(expected, actual)


def deep_equal(expected: object, actual: object) -> bool:
    """Compare JSON whole, numbers by value."""
    if isinstance(expected, dict):
        left, right = mapping(cast("object", expected)), mapping(actual)
        is_same = isinstance(actual, dict) and left.keys() == right.keys()
        return is_same and all(deep_equal(value, right[key]) for key, value in left.items())
    if isinstance(expected, list):
        first, second = sequence(cast("object", expected)), sequence(actual)
        return isinstance(actual, list) and len(first) == len(second) and all(map(deep_equal, first, second))
    return _scalar_equal(expected, actual)


def _scalar_equal(expected: object, actual: object) -> bool:
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, (int, float)) and isinstance(actual, (int, float)):
        return expected == actual
    return type(expected) is type(actual) and expected == actual


def json_path(path: str, content: object) -> Sequence[object]:
    """Return what a JSON path selects; nothing of a body that is no JSON."""
    import jsonpath  # noqa: PLC0415 - only cases that use it pay for it

    return [] if content is NO_JSON else jsonpath.findall(path, cast("Any", content))


def json_path_problem(path: str) -> str | None:
    """Say what is wrong with a JSON path, or nothing."""
    import jsonpath  # noqa: PLC0415 - only cases that use it pay for it

    try:
        jsonpath.compile(path)
    except jsonpath.JSONPathError as error:
        return f"holds '{path}', which is no JSON path: {error}".splitlines()[0]
    return None


def url_matches(pattern: object, url: str) -> bool:
    """Compare a whole URL with a pattern in which `*` matches anything, or with a matcher."""
    if not isinstance(pattern, str):
        return matches(pattern, url)
    return _compiled(pattern).fullmatch(url) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern as a regular expression; hosts compare without case, and a default port may be written."""
    origin = _ORIGIN.match(pattern)
    if origin is not None:
        scheme, host, port = origin[1].lower(), origin[2].lower(), origin[3] or ""
        is_default = port == _DEFAULT_PORTS.get(scheme)
        pattern = f"{scheme}{host}{'' if is_default else port}{pattern[origin.end() :]}"
    return re.compile(".*".join(map(re.escape, sendable(pattern).split("*"))), re.DOTALL)


def canonical_xml(text: str) -> str:
    """Return XML in canonical form without white space between elements, or the text where it is no XML."""
    canonical = _canonical(text)
    return text if canonical is None else canonical


def is_xml(text: str) -> bool:
    """Whether text is an XML document, which others can be compared with."""
    return _canonical(text) is not None


def _canonical(text: str) -> str | None:
    from lxml import etree  # noqa: PLC0415 - only cases that compare XML pay for it

    parser = etree.XMLParser(remove_blank_text=True, resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(text.strip().encode(), parser)
    except etree.XMLSyntaxError:
        return None
    canonical: str = etree.canonicalize(etree.tostring(root, encoding="unicode"), strip_text=True)
    return canonical
