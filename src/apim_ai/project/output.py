"""A rendered environment as files: each policy by itself, for people and their differs, and all resources as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from apim_ai.errors import OutsideError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from apim_ai.project.bundle import Bundle
    from apim_ai.resource import Resource

__all__ = ["rendered_files", "replace_files"]

_INDEX = "resources.json"
_HIDDEN = "(secret)"


def rendered_files(bundle: Bundle) -> dict[str, str]:
    """Return the files of a bundle by name; equal bundles give equal bytes. Secret values are left out."""
    files: dict[str, str] = {}
    index: dict[str, Any] = {}
    for resource in bundle.resources.values():
        entry: dict[str, Any] = {"kind": resource.kind, "properties": dict(_shown(resource))}
        if resource.source is not None:
            name = f"{resource.id.removesuffix('/policies/policy').removesuffix('policies/policy') or 'global'}.xml"
            files[name] = str(resource.properties["value"])
            entry["properties"]["value"] = {"file": name}
        index[resource.id] = entry
    files[_INDEX] = json.dumps(index, indent=2, ensure_ascii=False) + "\n"
    return files


def replace_files(folder: Path, files: Mapping[str, str]) -> int:
    """Write files into a folder, remove those of an earlier rendering, and return how many were written.

    Raises:
        UsageError: the folder holds something that no rendering wrote.
        OutsideError: a file cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f'"{folder}" is no folder')
    if folder.is_dir() and any(folder.iterdir()) and not (folder / _INDEX).is_file():
        message = f'the folder "{folder}" holds files that apim-ai render did not write'
        raise UsageError(message, help="give another --out, or empty it")
    try:
        for old in _rendered_before(folder):
            old.unlink()
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
    except OSError as error:
        raise OutsideError(f'"{error.filename}" cannot be written: {error.strerror}') from error
    return len(files)


def _rendered_before(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(path for path in folder.rglob("*.xml") if path.is_file())


def _shown(resource: Resource) -> Mapping[str, Any]:
    """Return properties without the value of a secret."""
    if resource.kind == "named_value" and resource.properties.get("secret") and "value" in resource.properties:
        return {**resource.properties, "value": _HIDDEN}
    return resource.properties
