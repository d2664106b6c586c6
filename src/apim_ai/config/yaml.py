"""YAML 1.2 with places: plain values at the speed of libyaml, and the span of any of them on demand.

Scalars follow the core schema of YAML 1.2, so `on`, `off`, `yes` and `no` are text, as are dates. Keys are text and
stand once in a mapping; tags and merge keys mean nothing. Errors carry file, line and column.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import yaml

from apim_ai.errors import ConfigError
from apim_ai.source import Span

if TYPE_CHECKING:
    from yaml.error import Mark

    from apim_ai.errors import InputError

__all__ = ["Located", "Path", "load_located", "load_located_documents", "raise_all"]

Path = Sequence[str | int]

_MAX_DEPTH = 60
_MAX_NODES = 500_000
_MAX_OPEN = 1_000
_BLOCK_START = re.compile(r"^[ \t\-?:]{2000}", re.MULTILINE)
_BRACKETS = re.compile(r"[\[\]{}]")

_STR = "tag:yaml.org,2002:str"
_PLAIN = "!plain"
_INT = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEX = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
_NUMBER_STARTS = frozenset("0123456789+-.")
_MAX_DIGITS = 400


class _Loader(yaml.CSafeLoader):
    """Composes nodes in C and leaves the meaning of plain scalars to `_scalar`."""

    def resolve(self, kind: type[yaml.Node], value: str | None, implicit: object) -> str:  # noqa: ARG002 - the composer's
        if kind is yaml.ScalarNode:
            return _PLAIN if cast("tuple[bool, bool]", implicit)[0] else _STR
        return cast("type[yaml.MappingNode]", kind).id  # or a sequence's


@dataclass(frozen=True, slots=True)
class Located:
    """A YAML document as plain values which knows where each of them stands.

    Args:
        value: dicts with text keys, lists, str, int, float, bool and None.
        path: the file's name as the user gave it.
    """

    value: object
    path: str
    _node: yaml.Node | None = field(default=None, repr=False, compare=False)

    def span(self, path: Path = ()) -> Span:
        """Return the span of the value at a path of keys and indices, or of the nearest part of it that exists."""
        node, _ = self._find(path)
        return _span_of(self.path, node)

    def key_span(self, path: Path) -> Span:
        """Return the span of the key that a path ends with, or what `span` gives where it ends with an index."""
        node, key = self._find(path)
        return _span_of(self.path, key or node)

    def with_value(self, value: object) -> Located:
        """Return the same document with another value, such as a part of it; places stay those of the whole."""
        return Located(value, self.path, self._node)

    def error(self, message: str, path: Path = (), *, help: str | None = None) -> ConfigError:  # noqa: A002 - as in ApimAiError
        """Return an error about the value at a path."""
        return ConfigError(message, span=self.span(path), help=help)

    def _find(self, path: Path) -> tuple[yaml.Node | None, yaml.Node | None]:
        """Walk to the node at a path; the second node is its key when the whole path was found in mappings."""
        node, key = self._node, None
        for step in path:
            found = _child(node, step)
            if found is None:
                return node, None
            key, node = found
        return node, key


def load_located(text: str, path: str) -> Located:
    """Return the one document of a YAML text; an empty text gives None.

    Raises:
        ConfigError: the text is no YAML, repeats a key, holds several documents or nests too deeply.
    """
    documents = load_located_documents(text, path)
    if len(documents) > 1:
        raise documents[1].error("the file holds more than one YAML document", help="keep one document in this file")
    return documents[0] if documents else Located(None, path)


def load_located_documents(text: str, path: str) -> tuple[Located, ...]:
    """Return every document of a YAML text, in order.

    Raises:
        ConfigError: the text is no YAML, repeats a key or nests too deeply. All repeated keys are reported at once.
    """
    builder = _Builder(path)
    documents = tuple(Located(builder.build(node, 0), path, node) for node in _compose(text, path))
    raise_all(builder.problems)
    return documents


def raise_all(problems: Iterable[InputError]) -> None:
    """Raise the first of some errors with the others attached; do nothing when there is none."""
    found = sorted(problems, key=lambda e: (e.span.file, e.span.line, e.span.column) if e.span else ("", 0, 0))
    if found:
        first, *rest = found
        raise type(first)(first.message, span=first.span, help=first.help, also=tuple(rest))


def _compose(text: str, path: str) -> list[yaml.Node]:
    """Compose all documents, with YAML's own errors turned into ours."""
    too_deep = _depth_problem(text)
    if too_deep is not None:
        raise ConfigError(f"more than {_MAX_DEPTH} levels of nesting", span=Span.at(path, *too_deep))
    nodes: list[yaml.Node] = []
    try:
        loader = _Loader(text)
        try:
            while loader.check_node():
                node = loader.get_node()
                if node is not None:
                    nodes.append(node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, path) from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise ConfigError(f"not readable as YAML: {_first_line(error)}", span=Span.at(path)) from error
    return nodes


def _depth_problem(text: str) -> tuple[int, int] | None:
    """Return line and column where a text nests so deeply that composing it could exhaust the stack of libyaml.

    Flow collections nest by brackets, block collections by what stands before the first word of a line. Both may be
    part of a long text as well, so what looks deep is read event by event, which needs no stack.
    """
    if not _BLOCK_START.search(text) and not _opens_many(text):
        return None
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > _MAX_OPEN:
                start = cast("Mark", event.start_mark)
                return start.line + 1, start.column + 1
    except yaml.YAMLError:
        return None  # composing says it better, and stops there too
    return None


def _opens_many(text: str) -> bool:
    """Return whether brackets nest deeply when those in texts count too."""
    if text.count("[") + text.count("{") <= _MAX_OPEN:
        return False
    depth = 0
    for match in _BRACKETS.finditer(text):
        depth = max(0, depth + (1 if match.group() in "[{" else -1))
        if depth > _MAX_OPEN:
            return True
    return False


def _syntax_error(error: yaml.MarkedYAMLError, path: str) -> ConfigError:
    """Turn an error of the YAML parser into one with our place and wording."""
    mark = error.problem_mark or error.context_mark
    span = Span.at(path, mark.line + 1, mark.column + 1) if mark else Span.at(path)
    problem = str(error.problem or error.context or "unreadable")
    if "tab" not in problem and "cannot start any token" in problem:
        problem += " (a tab cannot indent, and text that begins with a special character needs quotes)"
    return ConfigError(f"not valid YAML: {problem}", span=span)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


class _Builder:
    """Makes plain values of nodes and collects what is wrong with them."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[ConfigError] = []
        self._left = _MAX_NODES

    def build(self, node: yaml.Node, depth: int) -> object:
        """Return the value of a node.

        Raises:
            ConfigError: the document is too deep, or aliases multiply it beyond any sane size.
        """
        self._left -= 1
        if self._left < 0 or depth > _MAX_DEPTH:
            what = "levels of nesting" if depth > _MAX_DEPTH else "values, aliases unfolded"
            limit = _MAX_DEPTH if depth > _MAX_DEPTH else _MAX_NODES
            raise ConfigError(f"more than {limit} {what}", span=_span_of(self.path, node))
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if isinstance(node, yaml.SequenceNode):
            build = self.build
            return [build(item, depth + 1) for item in cast("list[yaml.Node]", node.value)]
        return self._mapping(cast("yaml.MappingNode", node), depth)

    def _mapping(self, node: yaml.MappingNode, depth: int) -> dict[str, object]:
        result: dict[str, object] = {}
        for key_node, value_node in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(ConfigError("a key must be text", span=_span_of(self.path, key_node)))
                continue
            key = cast("str", key_node.value)
            if key in result:
                message = f'the key "{key}" stands here twice'
                self.problems.append(
                    ConfigError(message, span=_span_of(self.path, key_node), help="remove one of them")
                )
            result[key] = self.build(value_node, depth + 1)
        return result


def _scalar(node: yaml.ScalarNode) -> object:
    """Return a scalar's value by the core schema of YAML 1.2."""
    text = cast("str", node.value)
    if node.tag != _PLAIN:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if text[0] in _NUMBER_STARTS and len(text) < _MAX_DIGITS else text


def _number(text: str) -> object:
    """Return a plain scalar as the number that it is, else as text."""
    if _INT.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return int(text, 0) if _OCTAL.match(text) or _HEX.match(text) else text


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    """Return (key node, value node) of one step of a path."""
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        items = cast("list[yaml.Node]", node.value)
        return (None, items[step]) if 0 <= step < len(items) else None
    if isinstance(node, yaml.MappingNode):
        for key, value in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
            if key.value == str(step):
                return key, value
    return None


def _span_of(path: str, node: yaml.Node | None) -> Span:
    """Return where a node stands."""
    if node is None:
        return Span.at(path)
    start, end = cast("Mark", node.start_mark), cast("Mark", node.end_mark)
    return Span(path, start.line + 1, start.column + 1, end.line + 1, end.column + 1)
