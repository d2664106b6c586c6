"""The names of the classes that stand behind lazy sequences in .NET Core: what `GetType()` and `ToString()` of them say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.library.boxes import Array

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.library.enumeration import Sequence

__all__ = ["Name", "empty_name", "sequence_name", "text_of"]

Name = tuple[str, tuple[str, ...]]
"""A class without namespace and arity, and its type arguments."""

_OUTSIDE = ("EmptyPartition", "OrderedEnumerable", "OrderedPartition", "GroupedEnumerable", "GroupedResultEnumerable")
_FIXED = {
    "SelectIndex": "<SelectIterator>d__173", "WhereIndex": "<WhereIterator>d__239", "SkipWhile": "<SkipWhileIterator>d__189",
    "TakeWhile": "<TakeWhileIterator>d__216", "Intersect": "<IntersectIterator>d__100", "Except": "<ExceptIterator>d__80",
    "Cast": "<CastIterator>d__63", "OfType": "<OfTypeIterator>d__61", "Zip": "<ZipIterator>d__243",
    "SelectMany": "SelectManySingleSelectorIterator", "SelectManyResult": "<SelectManyIterator>d__180",
    "SelectManyIndex": "<SelectManyIterator>d__176", "SelectManyIndexResult": "<SelectManyIterator>d__178", "Join": "<JoinIterator>d__104", "GroupJoin": "<GroupJoinIterator>d__97",
    "SkipLast": "<SkipLastIterator>d__193", "Distinct": "DistinctIterator", "Reverse": "ReverseIterator",
    "DefaultIfEmpty": "DefaultIfEmptyIterator", "GroupBy": "GroupedEnumerable", "GroupByResult": "GroupedResultEnumerable",
    "Repeat": "RepeatIterator",
}  # fmt: skip
_AGAIN = {"Concat": ("Concat2Iterator", "ConcatNIterator"), "Union": ("UnionIterator2", "UnionIteratorN"),
          "Append": ("AppendPrepend1Iterator", "AppendPrependN")}  # fmt: skip
_PARTITIONS = ("EnumerablePartition", "OrderedEnumerable", "OrderedPartition", "RepeatIterator")
_KEPT = (
    "RangeIterator", "RepeatIterator", "ListPartition", "EnumerablePartition", "EmptyPartition", "OrderedPartition",
    "SelectListPartitionIterator", "SelectIPartitionIterator", "SelectRangeIterator",
)  # fmt: skip


def text_of(name: Name) -> str:
    """Return the full name of a class."""
    simple, arguments = name
    place = "System.Linq." if simple in _OUTSIDE else "System.Linq.Enumerable+"
    return f"{place}{simple}`{len(arguments)}[{','.join(arguments)}]" if arguments else place + simple


def empty_name(element: str) -> Name:
    """Return the class of a sequence that is known to be empty."""
    return "EmptyPartition", (element,)


def sequence_name(sequence: Sequence) -> Name | None:
    """Return the class of a lazy sequence, or None where it says nothing of its origin."""
    kind, source, types = sequence.origin
    arguments = tuple(each.name for each in types)
    if kind in _FIXED:
        return _FIXED[kind], arguments
    maker = _MAKERS.get(kind)
    return None if maker is None else maker(kind, source, arguments)


def _inner(source: object) -> Name | None:
    from apim_ai.expression.library.enumeration import Sequence  # noqa: PLC0415 - the two need each other

    if isinstance(source, Sequence):
        return sequence_name(source)
    known: Callable[[], Name] | None = getattr(source, "clr_sequence", None)
    return None if known is None else known()


def _family(source: object) -> str:
    if type(source) is Array or isinstance(source, (bytes, bytearray)):
        return "Array"
    return "List" if type(source).__name__ == "ClrList" else "Enumerable"


def _is_empty_array(source: object) -> bool:
    return type(source) is Array and not source


def _where(_kind: str, source: object, arguments: tuple[str, ...]) -> Name:
    inner = _inner(source)
    if _is_empty_array(source) or (inner is not None and inner[0] == "EmptyPartition"):
        return empty_name(arguments[0])
    if inner is not None and inner[0] in ("WhereArrayIterator", "WhereListIterator"):
        return inner
    return f"Where{_family(source)}Iterator", arguments


def _select(_kind: str, source: object, arguments: tuple[str, ...]) -> Name:
    inner = _inner(source)
    if _is_empty_array(source) or (inner is not None and inner[0] == "EmptyPartition"):
        return empty_name(arguments[1])
    if inner is None:
        return f"Select{_family(source)}Iterator", arguments
    name, given = inner
    if name in ("RangeIterator", "SelectRangeIterator"):
        return "SelectRangeIterator", arguments[1:]
    if name.startswith("Where") and name.endswith("Iterator") and not name.startswith("WhereSelect"):
        return name.replace("Where", "WhereSelect"), arguments
    if name.startswith(("Select", "WhereSelect")) and "Many" not in name:
        return name, (given[0], arguments[1])
    if name == "ListPartition":
        return "SelectListPartitionIterator", arguments
    return ("SelectIPartitionIterator" if name in _PARTITIONS else "SelectEnumerableIterator"), arguments


def _part(kind: str, source: object, arguments: tuple[str, ...]) -> Name:
    inner = _inner(source)
    if kind == "Nothing":
        return empty_name(arguments[0])
    if inner is None:
        return ("EnumerablePartition" if _family(source) == "Enumerable" else "ListPartition"), arguments
    name, given = inner
    if name in ("SelectArrayIterator", "SelectListIterator"):
        return "SelectListPartitionIterator", given
    if name == "OrderedEnumerable":
        return "OrderedPartition", arguments
    return inner if name in _KEPT else ("EnumerablePartition", arguments)


def _again(kind: str, source: object, arguments: tuple[str, ...]) -> Name:
    first, further = _AGAIN[kind]
    inner = _inner(source)
    return (further if inner is not None and inner[0] in (first, further) else first), arguments


def _range(_kind: str, source: object, arguments: tuple[str, ...]) -> Name:
    return ("RangeIterator", ()) if source else empty_name(arguments[0])


_MAKERS: dict[str, Callable[[str, object, tuple[str, ...]], Name]] = {
    "Where": _where, "Select": _select, "Part": _part, "Nothing": _part, "Concat": _again, "Union": _again,
    "Append": _again, "Range": _range,
}  # fmt: skip
