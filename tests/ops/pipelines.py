"""What tests look for in the files of pipelines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator


def azure_steps(node: object) -> Iterator[dict[str, Any]]:
    """Yield the steps below a stage or job, in order."""
    if isinstance(node, list):
        for item in cast("list[object]", node):
            yield from azure_steps(item)
    elif isinstance(node, dict):
        for key, value in cast("dict[str, Any]", node).items():
            if key == "steps":
                yield from value
            else:
                yield from azure_steps(value)
