"""What only the owner of the machine's account may read: the token of the control plane, the state directory."""

from __future__ import annotations

import os
import re
import secrets
from typing import TYPE_CHECKING

from apim_ai.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = ["private_directory", "secrets_of", "token_in"]

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,}\Z")
_NOT_A_NAME = re.compile(r"[^A-Za-z0-9]+")
_PREFIX = "APIM_AI_SECRET_"


def private_directory(path: Path) -> Path:
    """Make a directory for state that belongs to nobody's repository, and return it.

    Raises:
        OutsideError: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        ignored = path / ".gitignore"
        if not ignored.exists():
            ignored.write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise OutsideError(
            f"cannot use '{path}' for the state: {error.strerror or error}",
            help="choose another directory with --state",
        ) from error
    return path


def token_in(directory: Path) -> str:
    """Return the token of a state directory; the first call makes it, so that it stays the same over restarts.

    Raises:
        OutsideError: it cannot be read or written.
    """
    path = directory / "token"
    try:
        if path.exists():
            path.chmod(0o600)
            kept = path.read_text(encoding="utf-8").strip()
            if _TOKEN.match(kept):
                return kept
            path.unlink()
        token = secrets.token_urlsafe(32)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(token)
    except OSError as error:
        raise OutsideError(f"cannot keep the token in '{path}': {error.strerror or error}") from error
    return token


def secrets_of(environ: Mapping[str, str]) -> Callable[[str], str | None]:
    """Return a stand-in for Key Vault, which a laptop cannot reach.

    The secret `…/secrets/openai-key` is the variable `APIM_AI_SECRET_OPENAI_KEY`, and the text `local-openai-key` where
    that is not set: good enough to run, and nothing that a real backend would take.
    """

    def secret_of(identifier: str) -> str | None:
        segments = [segment for segment in identifier.split("/") if segment]
        name = segments[segments.index("secrets") + 1] if "secrets" in segments[:-1] else ""
        return environ.get(f"{_PREFIX}{_NOT_A_NAME.sub('_', name).upper()}", f"local-{name}") if name else None

    return secret_of
