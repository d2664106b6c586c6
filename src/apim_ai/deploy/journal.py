"""The journal of a deployment: one JSON line for each thing that was begun or done, on disk before the next.

It is not needed to go on after a crash, for a new plan starts from the actual state. It tells what the dead run did.
It holds ids and versions, never a body or a secret.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING

from apim_ai.errors import OutsideError

if TYPE_CHECKING:
    from pathlib import Path

    from apim_ai.deploy.outcome import Outcome
    from apim_ai.deploy.plan import Change, Plan

__all__ = ["Journal", "unfinished"]

_MOST_KEPT = 50


class Journal:
    """An append-only file in which a deployment notes what it does.

    Args:
        folder: where journals lie; made when missing.
        plan: the plan that is executed.
        release: the id of the release that comes of it.

    Attributes:
        path: of the file.
        failure: why it could not be written any more; a deployment that has begun goes on without its journal.

    Raises:
        OutsideError: it cannot be begun.
    """

    def __init__(self, folder: Path, plan: Plan, release: str) -> None:
        self._lock = Lock()
        self.failure: OutsideError | None = None
        self.path = folder / f"{release}.jsonl"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _forget_old(folder)
            self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        except OSError as error:
            raise _unwritable(self.path, error) from error
        self._note(event="begun", plan=plan.id, env=plan.env, target=plan.target, changes=len(plan.changes))
        if self.failure:
            raise self.failure

    def started(self, change: Change) -> None:
        """Note that a change is about to be sent."""
        self._note(event="started", action=change.action, kind=change.kind, id=change.id)

    def finished(self, outcome: Outcome) -> None:
        """Note what became of a change."""
        if outcome.state != "skipped":
            self._note(
                event=outcome.state, action=outcome.action, kind=outcome.kind, id=outcome.id, error=outcome.error
            )

    def ended(self, state: str) -> None:
        """Note how the deployment ended, and close the file."""
        self._note(event="ended", state=state)
        os.close(self._file)

    def _note(self, **record: object) -> None:
        line = json.dumps({"at": datetime.now(UTC).isoformat(timespec="milliseconds"), **record}, ensure_ascii=False)
        with self._lock:
            if self.failure:
                return
            try:
                os.write(self._file, f"{line}\n".encode())
                os.fsync(self._file)
            except OSError as error:
                self.failure = _unwritable(self.path, error)


def unfinished(folder: Path) -> tuple[str, tuple[str, ...]] | None:
    """Return the newest journal that has no end, as the release's id and the ids begun without an answer."""
    files = sorted(folder.glob("*.jsonl"), reverse=True) if folder.is_dir() else []
    records = [_record(line) for line in files[0].read_text("utf-8", "replace").splitlines()] if files else []
    if not records or any(record.get("event") == "ended" for record in records):
        return None
    begun = dict.fromkeys(record["id"] for record in records if record.get("event") == "started")
    answered = {record["id"] for record in records if record.get("event") in {"done", "failed"}}
    return files[0].stem, tuple(identifier for identifier in begun if identifier not in answered)


def _record(line: str) -> dict[str, str]:
    try:
        return json.loads(line)
    except ValueError:  # the last line of a run that was killed
        return {}


def _forget_old(folder: Path) -> None:
    for path in sorted(folder.glob("*.jsonl"))[:-_MOST_KEPT]:
        path.unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> OutsideError:
    reason = (error.strerror or str(error)).lower()
    return OutsideError(f'cannot write the journal "{path}": {reason}', help="free some space or choose --journal DIR")
