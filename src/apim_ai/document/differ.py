"""The difference between two documents, as few lines as tell it: by section, policy, attribute and text."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from apim_ai.document.canonical import Shape, shape_of
from apim_ai.document.parser import parse
from apim_ai.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.document.tree import Format

__all__ = ["semantic_diff"]

_WIDTH = 120
_CONTEXT = 30


def semantic_diff(
    before: str,
    after: str,
    *,
    format: Format = "rawxml",  # noqa: A002 - Azure's word
    before_format: Format | None = None,
    is_global: bool = False,
) -> str:
    """Return what changes in meaning from one document to the other; an empty text when nothing does.

    Lines begin with `-` (goes), `+` (comes) or name the section or policy inside which the lines below them happen.

    Args:
        before: the older document.
        after: the newer one.
        format: how both are written.
        before_format: how the older one is written, where that differs.
        is_global: see `canonical`.
    """
    old = shape_of(parse(Source("before", before), format=before_format or format), is_global=is_global)
    new = shape_of(parse(Source("after", after), format=format), is_global=is_global)
    if (
        len(old) == len(new) == 1
        and isinstance(old[0], Shape)
        and isinstance(new[0], Shape)
        and old[0].head == new[0].head
    ):
        old, new = old[0].children, new[0].children
    return "\n".join(_children(old, new, 0))


def _children(old: tuple[Shape | str, ...], new: tuple[Shape | str, ...], depth: int) -> Iterator[str]:
    matcher = SequenceMatcher(None, [_key(c) for c in old], [_key(c) for c in new], autojunk=False)
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            yield from _replaced(old[old_start:old_end], new[new_start:new_end], depth)


def _replaced(old: tuple[Shape | str, ...], new: tuple[Shape | str, ...], depth: int) -> Iterator[str]:
    """Pair what has the same name, in order; the rest goes or comes."""
    names = SequenceMatcher(None, [_name(c) for c in old], [_name(c) for c in new], autojunk=False)
    for tag, old_start, old_end, new_start, new_end in names.get_opcodes():
        if tag == "equal":
            for a, b in zip(old[old_start:old_end], new[new_start:new_end], strict=True):
                yield from _changed(a, b, depth)
            continue
        for gone in old[old_start:old_end]:
            yield from _whole("-", gone, depth)
        for come in new[new_start:new_end]:
            yield from _whole("+", come, depth)


def _changed(old: Shape | str, new: Shape | str, depth: int) -> Iterator[str]:
    if isinstance(old, str) or isinstance(new, str):
        was, now = _windows(str(old), str(new))
        yield _line("-", depth, was)
        yield _line("+", depth, now)
        return
    yield _line(" ", depth, _title(new))
    yield from _attributes(dict(old.attributes), dict(new.attributes), depth + 1)
    yield from _children(old.children, new.children, depth + 1)


def _attributes(old: dict[str, str], new: dict[str, str], depth: int) -> Iterator[str]:
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name), new.get(name)
        if was == now:
            continue
        short_was, short_now = _windows(was or "", now or "")
        if was is not None:
            yield _line("-", depth, f'{name}="{short_was}"')
        if now is not None:
            yield _line("+", depth, f'{name}="{short_now}"')


def _whole(sign: str, child: Shape | str, depth: int) -> Iterator[str]:
    lines = child.lines() if isinstance(child, Shape) else iter((child.replace("\n", "\\n"),))
    for line in lines:
        yield _line(sign, depth, _cut(line))


def _title(shape: Shape) -> str:
    """Return the element's name and what tells it apart from its like."""
    for key in ("name", "fragment-id", "backend-id", "id", "condition"):
        value = dict(shape.attributes).get(key)
        if value is not None:
            return _cut(f'{shape.name} {key}="{value}"')
    return shape.name


def _name(child: Shape | str) -> str:
    return child.name if isinstance(child, Shape) else ""


def _key(child: Shape | str) -> str:
    return "\n".join(child.lines()) if isinstance(child, Shape) else f'"{child}'


def _windows(old: str, new: str) -> tuple[str, str]:
    """Return both values, long ones cut to the neighbourhood of what differs."""
    old, new = old.replace("\n", "\\n"), new.replace("\n", "\\n")
    if max(len(old), len(new)) <= _WIDTH:
        return old, new
    first = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = max(0, first - _CONTEXT)
    lead = "…" if start else ""
    return _cut(lead + old[start:]), _cut(lead + new[start:])


def _cut(line: str) -> str:
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"


def _line(sign: str, depth: int, text: str) -> str:
    return f"{sign} {'  ' * depth}{text}"
