"""What came of a project's policy cases the last time, for a deployment from a machine that cannot run them.

The record lies in the project's state directory and names the content it is about, not its times: a pipeline may hand it
from the job that tests to the job that deploys.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from apim_ai.cases.model import CaseResult

__all__ = ["RECORD", "Tested", "digest_of", "record", "recorded"]

RECORD = Path(".apim-ai") / "tested.json"
_PROJECT = "apim.yaml"
_FOLDERS = ("apis", "environments", "policies", "products")
_FILES = (_PROJECT, "tiers.yaml")


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of the cases.

    Args:
        at: when they were run, in ISO 8601.
        passed: how many passed; failed: how many did not, or could not be loaded.
        is_current: whether the project is still what it was then.
    """

    at: str
    passed: int
    failed: int
    is_current: bool


def record(paths: Sequence[str], results: Sequence[CaseResult]) -> None:
    """Keep the results of all cases of a project, where that is what was run; a disk that takes nothing keeps nothing."""
    roots = [Path(path) for path in paths if (Path(path) / _PROJECT).is_file()]
    if len(roots) != 1 or len(paths) != 1 or not results:
        return
    passed = sum(result.passed for result in results)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    file = roots[0] / RECORD
    temporary = file.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        content = {"digest": digest_of(roots[0]), "at": at, "passed": passed, "failed": len(results) - passed}
        file.parent.mkdir(mode=0o700, exist_ok=True)
        temporary.write_text(json.dumps(content), "utf-8")
        temporary.replace(file)


def recorded(project: Path) -> Tested | None:
    """Return the record of a project; one that cannot be read is none."""
    try:
        content: Any = json.loads((project / RECORD).read_bytes())
        return Tested(
            str(content["at"]), int(content["passed"]), int(content["failed"]), content["digest"] == digest_of(project)
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def digest_of(project: Path) -> str:
    """Return a digest of all that the cases of a project depend on: its configuration, its policies and the cases."""
    digest = hashlib.sha256()
    for file in _inputs(project):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(project).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _inputs(project: Path) -> Iterator[Path]:
    yield from (project / name for name in _FILES if (project / name).is_file())
    for folder in _FOLDERS:
        yield from sorted(
            path for path in (project / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts
        )
