"""The reference gateway as a template for new projects: this repository's own configuration, shipped with the package."""

from __future__ import annotations

from pathlib import Path

import apim_ai
from apim_ai.errors import ConfigError, OutsideError, UsageError

__all__ = ["PARTS", "template_root", "write_template"]

PARTS = ("apim.yaml", "tiers.yaml", "environments", "apis", "products", "policies", "schemas")
_IGNORED = "build/\n.apim-ai/\n__pycache__/\n.pytest_cache/\n"


def template_root() -> Path:
    """Return the folder of the template: inside the package, or the repository's root in a checkout.

    Raises:
        ConfigError: the installation lacks it.
    """
    package = Path(apim_ai.__file__).parent
    for folder in (package / "template", package.parent.parent):
        if all((folder / part).exists() for part in PARTS):
            return folder
    raise ConfigError("this installation has no template", help="install apim-ai again")


def write_template(target: Path) -> tuple[str, ...]:
    """Write a new project into a folder that is empty or does not exist.

    Returns:
        The files that were written, by their paths below the folder.

    Raises:
        UsageError: the folder is not empty, or no folder.
        OutsideError: a file cannot be written.
    """
    if target.exists() and not target.is_dir():
        raise UsageError(f'"{target}" is no folder', help="give a folder that is empty or does not exist")
    if target.is_dir() and any(target.iterdir()):
        raise UsageError(f'the folder "{target}" is not empty', help="give a folder that is empty or does not exist")
    root = template_root()
    written: list[str] = []
    try:
        for source in _files(root):
            name = source.relative_to(root).as_posix()
            destination = target / name
            destination.parent.mkdir(parents=True, exist_ok=True)
            destination.write_bytes(source.read_bytes())
            written.append(name)
        (target / ".gitignore").write_text(_IGNORED, encoding="utf-8")
    except OSError as error:
        raise OutsideError(f'"{error.filename}" cannot be written: {error.strerror}') from error
    return (*written, ".gitignore")


def _files(root: Path) -> list[Path]:
    """Return the template's files in order; nothing hidden and nothing that tools leave behind."""
    found: list[Path] = []
    for part in PARTS:
        path = root / part
        found.extend([path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file()))
    return [p for p in found if not any(step.startswith((".", "__")) for step in p.relative_to(root).parts)]
