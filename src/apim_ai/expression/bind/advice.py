"""Help for messages of the binder: what to write instead of what C# does not take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.bind.numeric import NUMERIC

if TYPE_CHECKING:
    from apim_ai.expression.types import ClrType

__all__ = ["conversion_advice", "member_advice", "name_advice"]

_NAMES = {
    "True": "write true", "False": "write false", "None": "write null", "nil": "write null", "NULL": "write null",
    "undefined": "write null", "JSON": "use JObject.Parse(…) and ToString()", "parseInt": "write int.Parse(…)",
    "parseFloat": "write double.Parse(…)", "str": "write Convert.ToString(…)", "len": "write x.Length or x.Count",
    "console": "use context.Trace(…)", "print": "use context.Trace(…)",
}  # fmt: skip
_MEMBERS = {
    "Map": "write Select", "map": "write Select", "Filter": "write Where", "filter": "write Where",
    "Reduce": "write Aggregate", "reduce": "write Aggregate", "find": "write FirstOrDefault", "some": "write Any",
    "every": "write All", "push": "use a List and Add", "includes": "write Contains", "ToInt": "write int.Parse(…)",
    "ToInteger": "write int.Parse(…)", "parseInt": "write int.Parse(…)", "indexOf": "write IndexOf",
}  # fmt: skip
_SUFFIXES = {"float": "f", "decimal": "m"}


def name_advice(name: str) -> str | None:
    """Return what to write for a name that C# does not know, or None."""
    return _NAMES.get(name)


def member_advice(type_: ClrType, name: str) -> str | None:
    """Return what to write for a member that a type does not have, or None."""
    if name.lower() in ("length", "size", "count"):
        is_counted = type_.kind != "array" and type_.name != "System.String"
        return "write Count" if is_counted else "write Length"
    if type_.kind == "array" and name in ("Add", "AddRange", "Remove"):
        return "an array has a fixed size: use a List"
    return _MEMBERS.get(name)


def conversion_advice(source: str, target: ClrType) -> str | None:
    """Return how to come from one type to another that C# does not convert to by itself, or None."""
    shown = target.display
    if source == "<null>" and target.is_value:
        return f"write {shown}? for a value that may be missing"
    if shown == "string":
        return 'write "…" for a text' if source == "char" else "call ToString()"
    if source == "string":
        return _from_text(target)
    if source == "double" and shown in _SUFFIXES:
        return f"write the number with the suffix {_SUFFIXES[shown]}, or cast: ({shown})…"
    if target.name in NUMERIC and source.rstrip("?") in _NUMBERS:
        return f"an explicit conversion exists: write ({shown})…"
    if source == "object" or source.startswith("J"):
        return f"an explicit conversion exists: write ({shown})…"
    return None


def _from_text(target: ClrType) -> str | None:
    if target.display == "char":
        return "write '…' for one character"
    if target.name in NUMERIC or target.display in ("bool", "DateTime", "Guid", "TimeSpan"):
        return f"call {target.display}.Parse(…)"
    return None


_NUMBERS = frozenset(
    ["byte", "sbyte", "short", "ushort", "int", "uint", "long", "ulong", "float", "double", "decimal", "char"]
)
