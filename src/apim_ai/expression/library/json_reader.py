"""Reads JSON text: quickly where it is strict JSON, else as leniently as Newtonsoft, and with its complaints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import ClrException
from apim_ai.expression.library.json_scanner import Scanner
from apim_ai.expression.library.json_value import JValue

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["deserialize_json", "parse_json", "quick_parse"]

try:
    import orjson

    quick_parse: Callable[[str | bytes], object] = orjson.loads
except ImportError:  # the base install has no orjson
    import json

    quick_parse = json.loads

_WANTED: dict[str | None, type] = {"JObject": dict, "JArray": list, None: dict}
_LONG_INTEGER = re.compile(r"\d{19}")
_SHORT_TEXT = 10_000


def parse_json(text: str | bytes, wanted: str | None = None) -> object:
    """Return what JSON text is: dict, list, str, int, float, bool or None.

    The quick parser ends at 1,024 levels, the lenient one at 400; what walks a tree ends at Python's own limit, as an error.

    An integer beyond 64 bits inside strict JSON of a body, or of a long text, becomes a float, as the quick parser reads it.

    Args:
        text: the JSON.
        wanted: `JObject` or `JArray` where only that will do.

    Raises:
        ClrException: JsonReaderException with Newtonsoft's message.
    """
    if _is_exact(text):
        try:
            value = quick_parse(text)
        except (ValueError, RecursionError):
            return _load(text, wanted)
        if value.__class__ is _WANTED[wanted] or (wanted is None and value.__class__ is not float):
            return value
    return _load(text, wanted)


def _is_exact(text: str | bytes) -> bool:
    """Whether the quick parser reads all integers of a text as they are; bodies are taken at its word."""
    return text.__class__ is not str or len(text) > _SHORT_TEXT or _LONG_INTEGER.search(cast("str", text)) is None


def deserialize_json(text: str, *, is_token: bool) -> object:
    """Return what JsonConvert makes of a text, as `parse_json` returns it; None where there is nothing.

    Args:
        text: the JSON.
        is_token: whether it is read as one of Newtonsoft's tokens, not as a value of another type.

    Raises:
        ClrException: JsonReaderException, and what the serializer has of its own for a text that ends too soon.
    """
    if _is_exact(text):
        try:
            value = quick_parse(text)
        except (ValueError, RecursionError):
            return _deserialize(text, is_token=is_token)
        if value.__class__ is not float:
            return value
    return _deserialize(text, is_token=is_token)


def _decode(text: str | bytes) -> str:
    return text if isinstance(text, str) else bytes(text).decode("utf-8", "replace").removeprefix("\ufeff")


# --- as leniently as Newtonsoft --------------------------------------------------------------------------------------

_ENDS = frozenset(["EndObject", "EndArray"])


def _load(text: str | bytes, wanted: str | None) -> object:
    """Return what `Parse` makes of a text."""
    scanner = Scanner(_decode(text))
    name = wanted or "JToken"
    if not scanner.read():
        raise scanner.error(f"Error reading {name} from JsonReader.")
    if wanted is not None:
        _check_start(scanner, wanted)
    value = JValue(scanner.value, "Comment") if scanner.kind == "Comment" else _content(scanner)
    while scanner.read():
        pass
    return value


def _check_start(scanner: Scanner, wanted: str) -> None:
    while scanner.kind == "Comment" and scanner.read():
        pass
    if scanner.kind != ("StartObject" if wanted == "JObject" else "StartArray"):
        what = "an object" if wanted == "JObject" else "an array"
        raise scanner.error(
            f"Error reading {wanted} from JsonReader. Current JsonReader item is not {what}: {scanner.kind}."
        )


def _content(scanner: Scanner) -> object:
    if not scanner.kind.startswith("Start"):
        return _scalar(scanner)
    name = "JObject" if scanner.kind == "StartObject" else "JArray"
    root = _container(scanner)
    if not scanner.read():
        raise scanner.error(f"Error reading {name} from JsonReader.")
    if not _fill(scanner, root):
        raise scanner.error(f"Unexpected end of content while loading {name}.")
    return root


def _scalar(scanner: Scanner) -> object:
    if scanner.kind in _ENDS:
        raise scanner.error(f"Error reading JToken from JsonReader. Unexpected token: {scanner.kind}.")
    return JValue(None, "Undefined") if scanner.kind == "Undefined" else scanner.value


def _container(scanner: Scanner) -> dict[str, object] | list[object]:
    return {} if scanner.kind == "StartObject" else []


def _fill(scanner: Scanner, root: dict[str, object] | list[object]) -> bool:
    """Read a container's content from its first token; false where the text ends before it does."""
    containers = [root]
    name = ""
    while True:
        kind = scanner.kind
        if kind in _ENDS:
            containers.pop()
            if not containers:
                return True
        elif kind == "PropertyName":
            name = cast("str", scanner.value)
        elif kind != "Comment":
            is_start = kind.startswith("Start")
            value = _container(scanner) if is_start else _scalar(scanner)
            parent = containers[-1]
            if isinstance(parent, dict):
                parent[name] = value
            else:
                parent.append(value)
            if is_start:
                containers.append(cast("dict[str, object]", value))
        if not scanner.read():
            return False


def _deserialize(text: str, *, is_token: bool) -> object:
    scanner = Scanner(text)
    if not scanner.read_content():
        return None
    if scanner.kind.startswith("Start"):
        is_object = scanner.kind == "StartObject"
        value = _container(scanner)
        is_cut = not scanner.read() or not _fill(scanner, value)
        if is_cut:
            _cut_short(scanner, is_token=is_token or not is_object)
    else:
        value = _scalar(scanner)
    while scanner.read():
        pass
    return value


def _cut_short(scanner: Scanner, *, is_token: bool) -> None:
    """Complain of a text that ends too soon; of one that ends behind a value Newtonsoft does not."""
    open_levels = len(scanner.places) - scanner.kind.startswith("Start")
    if scanner.kind != "None" and open_levels > (0 if is_token else 1):
        raise ClrException("Newtonsoft.Json.JsonWriterException", "Unexpected end when reading token. Path ''.")
    if not is_token:
        raise scanner.error("Unexpected end when deserializing object.", "Newtonsoft.Json.JsonSerializationException")
